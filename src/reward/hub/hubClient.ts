// What is used of the hub's own client: imported by themselves, its uploads and caches stay out of the bundle.
export { listFiles, modelInfo } from "@huggingface/hub";
