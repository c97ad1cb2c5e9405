import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { AppError } from "../runtime/errors.ts";
import type { Deployment } from "./deployment.ts";
import { Empty, resources } from "./protocol.ts";
import { describe } from "./registration.ts";
import { answerer } from "./server.ts";

/**
 * The resource monitor, to which the program's SDK sends registrations and invokes. `onFailure` gets every failure, so that
 * the engine stops the program, which would otherwise continue with its independent resources.
 */
export function createMonitorService(
  deployment: Deployment,
  onFailure: (failure: Error) => void,
): UntypedServiceImplementation {
  const answer = answerer(onFailure);
  const refuse = refuser(onFailure);
  return {
    getDeploymentInfo: answer(describeFeatures),
    supportsFeature: answer(supportsFeature),
    registerPackage: answer(registerPackage),
    registerResource: answer((request: resources.RegisterResourceRequest) => {
      if (request.getTransformsList().length > 0) throw notSupported(`transforming ${nameOf(request)}`);
      return deployment.register(request);
    }),
    registerResourceOutputs: answer((request: resources.RegisterResourceOutputsRequest) => {
      deployment.registerOutputs(request);
      return new Empty();
    }),
    invoke: answer(async (request: resources.ResourceInvokeRequest) => {
      const response = new resources.ResourceInvokeResponse();
      response.setReturn(await deployment.invoke(request.getTok(), request.getArgs()));
      return response;
    }),
    signalAndWaitForShutdown: answer(() => {
      deployment.isComplete = true;
      return new Empty();
    }),
    readResource: refuse(
      (request: resources.ReadResourceRequest) => `reading the existing resource ${nameOf(request)}`,
    ),
    existsResource: refuse((request: resources.ExistsResourceRequest) => `looking for ${request.getType()}`),
    call: refuse((request: resources.ResourceCallRequest) => `calling the method ${request.getTok()}`),
    registerStackTransform: refuse(() => "transforming resources"),
    registerStackInvokeTransform: refuse(() => "transforming invokes"),
    registerResourceHook: refuse((request: resources.RegisterResourceHookRequest) => `the hook ${request.getName()}`),
    registerErrorHook: refuse((request: resources.RegisterErrorHookRequest) => `the error hook ${request.getName()}`),
  };
}

/**
 * Resource references and output values are left out, so the SDK sends ids and plain values instead. Hooks and transforms are
 * listed, because otherwise the SDK's error names the version of the CLI; their registration is refused by name.
 */
const features: [resources.ResourceMonitorFeature, legacyId: string][] = [
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS, "secrets"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS, "aliasSpecs"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH, "deletedWith"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH, "replaceWith"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_TRANSFORMS, "transforms"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS, "invokeTransforms"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION, "parameterization"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS, "resourceHooks"],
  [resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS, "errorHooks"],
];

function describeFeatures(): resources.DeploymentInfo {
  const info = new resources.DeploymentInfo();
  info.setSupportedfeaturesList(features.map(([feature]) => feature));
  return info;
}

function supportsFeature(request: resources.SupportsFeatureRequest): resources.SupportsFeatureResponse {
  const response = new resources.SupportsFeatureResponse();
  response.setHassupport(features.some(([, legacyId]) => legacyId === request.getId()));
  return response;
}

function registerPackage(request: resources.RegisterPackageRequest): resources.RegisterPackageResponse {
  const response = new resources.RegisterPackageResponse();
  response.setRef(`${request.getName()}@${request.getVersion()}`);
  return response;
}

function refuser(onFailure: (failure: Error) => void) {
  const answer = answerer(onFailure);
  return <Request>(describeRequest: (request: Request) => string) =>
    answer((request: Request): never => {
      throw notSupported(describeRequest(request));
    });
}

function notSupported(what: string): AppError {
  return new AppError("not-supported", `Not supported without the Pulumi CLI: ${what}`);
}

function nameOf(request: { getType(): string; getName(): string }): string {
  return describe({ type: request.getType(), name: request.getName() });
}
