import type { Artifacts } from "../../jobs/artifacts.ts";
import { keepInline } from "../../jobs/job.ts";

/**
 * The artifacts bucket for functions that seldom need it: S3's client is loaded at the first use, because that takes as long
 * as loading everything else.
 */
export function artifactsOnDemand(
  bucketName: string,
): Pick<Artifacts, "keepPayload" | "openUpload" | "keepUpload" | "presignResult"> {
  let loading: Promise<Artifacts> | undefined;
  const load = () => {
    loading ??= loadArtifacts(bucketName);
    return loading;
  };
  return {
    keepPayload: async (key, text, hash) => keepInline(text) ?? (await load()).keepPayload(key, text, hash),
    openUpload: async (owner, objectKey) => (await load()).openUpload(owner, objectKey),
    keepUpload: async (owner, objectKey, now) => (await load()).keepUpload(owner, objectKey, now),
    presignResult: async (objectKey) => (await load()).presignResult(objectKey),
  };
}

async function loadArtifacts(bucketName: string): Promise<Artifacts> {
  const [{ createArtifacts }, { createBucketClient }] = await Promise.all([
    import("../../jobs/artifacts.ts"),
    import("../../../runtime/bucket-client.ts"),
  ]);
  return createArtifacts({ client: createBucketClient(), bucketName });
}
