import type { Artifacts } from "./artifacts.ts";
import { keepInline } from "./job.ts";

/**
 * The artifacts bucket for processes that seldom need it: S3's client is loaded at the first use, because that takes as long
 * as loading everything else.
 */
export function artifactsOnDemand(bucketName: string): Artifacts {
  let loading: Promise<Artifacts> | undefined;
  const load = () => {
    loading ??= loadArtifacts(bucketName);
    return loading;
  };
  return {
    keepPayload: async (key, text, hash) => keepInline(text) ?? (await load()).keepPayload(key, text, hash),
    keepResult: async (key, fence, result, mostBytes) =>
      "json" in result ? result : (await load()).keepResult(key, fence, result, mostBytes),
    fetch: async (stored, folder) => ("json" in stored ? stored : (await load()).fetch(stored, folder)),
    openUpload: async (...args) => (await load()).openUpload(...args),
    keepUpload: async (...args) => (await load()).keepUpload(...args),
    fetchUpload: async (...args) => (await load()).fetchUpload(...args),
    presignResult: async (...args) => (await load()).presignResult(...args),
  };
}

async function loadArtifacts(bucketName: string): Promise<Artifacts> {
  const [{ createArtifacts }, { createBucketClient }] = await Promise.all([
    import("./artifacts.ts"),
    import("../../runtime/bucket-client.ts"),
  ]);
  return createArtifacts({ client: createBucketClient(), bucketName });
}
