import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { Empty, engine } from "./protocol.ts";
import { answerer } from "./server.ts";

export type Severity = "debug" | "info" | "warning" | "error";

export type OnLog = (severity: Severity, message: string) => void;

/** The engine's service for the program: it receives the log, and stores the urn of the root resource. */
export function createEngineService(onLog: OnLog): UntypedServiceImplementation {
  let rootUrn = "";
  const answer = answerer((failure) => onLog("error", failure.message));
  return {
    log: answer((request: engine.LogRequest) => {
      onLog(severities[request.getSeverity()], request.getMessage());
      return new Empty();
    }),
    setRootResource: answer((request: engine.SetRootResourceRequest) => {
      rootUrn = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
    getRootResource: answer(() => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(rootUrn);
      return response;
    }),
    startDebugging: answer(() => new Empty()),
    requirePulumiVersion: answer(() => new engine.RequirePulumiVersionResponse()),
  };
}

const severities: Record<engine.LogSeverity, Severity> = { 0: "debug", 1: "info", 2: "warning", 3: "error" };
