/**
 * Pulumi's wire protocol: messages and services that the SDK generates from the public proto files, and the signatures
 * that mark special values. These modules are not part of the SDK's public interface: its version is pinned, and only this
 * file imports them. Their source: https://github.com/pulumi/pulumi/tree/master/proto
 */
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import emptyMessage from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

export { engine, engineServices, resourceServices, resources };
export const { Empty } = emptyMessage;
export const { Struct } = struct;
export type StructMessage = struct.Struct;

/**
 * An object with this key is a special value; the value of the key says which kind.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
 */
export const signatureKey = "4dabf18193072939515e22adb298388d";

export const signatures = {
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  secret: "1b47061264138c4ac30d75fd1eb44270",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;

/** The string that stands for a value not known before the real deployment. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
