import type { Recorded, Registration } from "../record-program.ts";
import {
  allowing,
  companions,
  input,
  principals,
  refusesPlaintext,
  rewriting,
  setting,
  statements,
  without,
} from "./reading.ts";
import type { Rule } from "./rule.ts";

const bucket = "aws:s3/bucket:Bucket";
const types = [bucket];
const policy = "aws:s3/bucketPolicy:BucketPolicy";
const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function has(ids: string[], says: string, companion: string): Rule {
  return { ids, says, types, holds: (resource, program) => companions(program, resource, companion).length > 0 };
}

function isBlocked(id: string, switchName: string): Rule {
  return {
    ids: [id],
    says: `has ${switchName} switched on`,
    types: [block],
    holds: (resource) => input(resource, switchName) === true,
    spoil: setting(switchName, false),
  };
}

export const s3Rules: Rule[] = [
  has(
    ["CKV_AWS_18", "AwsSolutions-S1", "s3-bucket-logging-enabled"],
    "keeps a log of requests",
    "aws:s3/bucketLogging:BucketLogging",
  ),
  has(["CKV_AWS_21"], "keeps older versions of an object", "aws:s3/bucketVersioning:BucketVersioning"),
  has(["CKV2_AWS_62"], "tells of its events", "aws:s3/bucketNotification:BucketNotification"),
  has(["CKV_AWS_144"], "is copied to another region", "aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
  { ...has(["CKV_AWS_19"], "is encrypted", encryption), spoil: without(encryption) },
  {
    ids: ["CKV_AWS_145"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource, program) =>
      algorithms(program, resource).every(
        ({ sseAlgorithm, kmsMasterKeyId }) => sseAlgorithm === "aws:kms" && kmsMasterKeyId,
      ),
    spoil: (resource, program) =>
      companions(program, resource, encryption).forEach(
        setting("rules", [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]),
      ),
  },
  {
    ids: ["CKV_AWS_20", "CKV_AWS_57"],
    says: "has no list of who may access it, let alone a public one",
    types,
    holds: (resource, program) =>
      input(resource, "acl") === undefined && companions(program, resource, "aws:s3/bucketAcl:BucketAcl").length === 0,
    spoil: setting("acl", "public-read"),
  },
  { ...has(["CKV2_AWS_6", "AwsSolutions-S2"], "is closed to the public", block), spoil: without(block) },
  isBlocked("CKV_AWS_53", "blockPublicAcls"),
  isBlocked("CKV_AWS_54", "blockPublicPolicy"),
  isBlocked("CKV_AWS_55", "ignorePublicAcls"),
  isBlocked("CKV_AWS_56", "restrictPublicBuckets"),
  {
    ids: ["CKV_AWS_70"],
    says: "lets in nobody by a wildcard",
    types: [policy],
    holds: (resource) => allowing(statements(resource)).every((statement) => !principals(statement).includes("*")),
    spoil: rewriting("policy", (found) => found.map((statement) => ({ ...statement, Effect: "Allow" }))),
  },
  {
    ids: ["AwsSolutions-S10"],
    says: "refuses requests in plain text",
    types,
    holds: (resource, program) =>
      companions(program, resource, policy).some((found) => refusesPlaintext(statements(found), "s3:GetObject")),
    spoil: without(policy),
  },
  { ...has(["CKV2_AWS_61"], "has a lifecycle", lifecycle), spoil: without(lifecycle) },
  {
    ids: ["CKV_AWS_300"],
    says: "gives up uploads that nobody finished",
    types: [lifecycle],
    holds: (resource) =>
      (input(resource, "rules") as { abortIncompleteMultipartUpload?: { daysAfterInitiation: number } }[]).some(
        (rule) => rule.abortIncompleteMultipartUpload !== undefined,
      ),
    spoil: setting("rules.0.abortIncompleteMultipartUpload", undefined),
  },
];

interface Algorithm {
  sseAlgorithm?: string;
  kmsMasterKeyId?: string;
}

function algorithms(program: Recorded, resource: Registration): Algorithm[] {
  return companions(program, resource, encryption)
    .flatMap((found) => input(found, "rules") as { applyServerSideEncryptionByDefault?: Algorithm }[])
    .map((rule) => rule.applyServerSideEncryptionByDefault ?? {});
}
