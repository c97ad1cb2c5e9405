import { credentials } from "@grpc/grpc-js";
import { callbackServices, callbacks, resources } from "./protocol.ts";

/**
 * The transforms that a program registered. They run in the program and change a resource before it is created: first those
 * of the resource, then of its parents from near to far, then of the stack, as in Pulumi's engine.
 */
export class Transforms {
  readonly #ofStack: callbacks.Callback[] = [];
  readonly #ofResource = new Map<string, { transforms: callbacks.Callback[]; parent: string }>();
  readonly #clients = new Map<string, callbackServices.CallbacksClient>();

  addToStack(transform: callbacks.Callback): void {
    this.#ofStack.push(transform);
  }

  /** Stores the transforms of a resource for its children. */
  addToResource(urn: string, request: resources.RegisterResourceRequest): void {
    this.#ofResource.set(urn, { transforms: request.getTransformsList(), parent: request.getParent() });
  }

  /** Changes the request in place. Rejects with the message of a transform that threw. */
  async apply(request: resources.RegisterResourceRequest): Promise<void> {
    const transforms = [...request.getTransformsList()];
    for (let ancestor = this.#ofResource.get(request.getParent()); ancestor; ) {
      transforms.push(...ancestor.transforms);
      ancestor = this.#ofResource.get(ancestor.parent);
    }
    for (const transform of [...transforms, ...this.#ofStack]) {
      writeTransformed(request, await this.#call(transform, readTransformable(request)));
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #call(transform: callbacks.Callback, input: resources.TransformRequest): Promise<resources.TransformResponse> {
    const request = new callbacks.CallbackInvokeRequest();
    request.setToken(transform.getToken());
    request.setRequest(input.serializeBinary());
    return new Promise((resolve, reject) => {
      this.#client(transform.getTarget()).invoke(request, (error, response) => {
        if (error) reject(new Error(error.details));
        else resolve(resources.TransformResponse.deserializeBinary(response.getResponse_asU8()));
      });
    });
  }

  #client(target: string): callbackServices.CallbacksClient {
    const client =
      this.#clients.get(target) ?? new callbackServices.CallbacksClient(target, credentials.createInsecure());
    this.#clients.set(target, client);
    return client;
  }
}

function readTransformable(request: resources.RegisterResourceRequest): resources.TransformRequest {
  const options = new resources.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setDeletedWith(request.getDeletedwith());
  options.setVersion(request.getVersion());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  options.setImport(request.getImportid());
  if (request.getProtect() !== undefined) options.setProtect(request.getProtect() ?? false);
  if (request.getRetainondelete() !== undefined) options.setRetainOnDelete(request.getRetainondelete() ?? false);
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  for (const [name, reference] of request.getProvidersMap().entries()) options.getProvidersMap().set(name, reference);

  const input = new resources.TransformRequest();
  input.setType(request.getType());
  input.setName(request.getName());
  input.setCustom(request.getCustom());
  input.setParent(request.getParent());
  input.setProperties(request.getObject());
  input.setOptions(options);
  return input;
}

function writeTransformed(request: resources.RegisterResourceRequest, output: resources.TransformResponse): void {
  request.setObject(output.getProperties());
  const options = output.getOptions();
  if (!options) return;
  request.setDependenciesList(options.getDependsOnList());
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setCustomtimeouts(options.getCustomTimeouts());
  request.setDeletedwith(options.getDeletedWith());
  request.setImportid(options.getImport());
  if (options.hasProtect()) request.setProtect(options.getProtect() ?? false);
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() ?? false);
  if (options.hasDeleteBeforeReplace()) {
    request.setDeletebeforereplacedefined(true);
    request.setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  }
}
