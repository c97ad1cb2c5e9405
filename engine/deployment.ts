import { AppError, asError } from "../runtime/errors.ts";
import { resources, Struct, type StructMessage } from "./protocol.ts";
import { describe, type Provider, type Registration, readRegistration } from "./registration.ts";
import { buildUrn, isStack } from "./urn.ts";
import { fromWire, toWire } from "./values.ts";

export interface DeploymentSettings {
  project: string;
  stack: string;
  preview: boolean;
  /** The folder of the project, and the working directory of the program. */
  directories: { project: string; program: string };
  /** Aborts when the run has failed. */
  signal: AbortSignal;
}

/** One run of a program: passes the requests of the program's SDK to the provider, and records the resources. */
export class Deployment {
  readonly registrations: Registration[] = [];
  /** The program's exports, set at its end. */
  outputs: Record<string, unknown> | undefined;
  /** Whether the program has announced its end. */
  isComplete = false;
  readonly #settings: DeploymentSettings;
  readonly #provider: Provider;
  readonly #underway = new Set<Promise<unknown>>();

  constructor(settings: DeploymentSettings, provider: Provider) {
    this.#settings = settings;
    this.#provider = provider;
  }

  /** @throws AppError `duplicate-urn` or `create-failed`, which names the resource */
  async register(request: resources.RegisterResourceRequest): Promise<resources.RegisterResourceResponse> {
    const urn = buildUrn(this.#settings, request.getType(), request.getName(), request.getParent());
    const registration = readRegistration(request, urn, this.#settings.directories);
    this.#record(registration);

    const { id, object } = await this.#make(registration, request);
    const response = new resources.RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(id);
    response.setObject(object);
    return response;
  }

  registerOutputs(request: resources.RegisterResourceOutputsRequest): void {
    const registration = this.registrations.find(({ urn }) => urn === request.getUrn());
    if (!registration || !isStack(registration.type)) return;
    this.outputs = this.#read(request.getOutputs());
  }

  /** @throws AppError `invoke-failed`, which names the function */
  async invoke(token: string, wireArgs: StructMessage | undefined): Promise<StructMessage> {
    const args = this.#read(wireArgs);
    try {
      const result = await this.#watch(this.#provider.invoke(token, args, this.#settings.signal));
      return asStruct(result);
    } catch (thrown) {
      throw new AppError("invoke-failed", `Cannot invoke ${token}: ${asError(thrown).message}`, {
        cause: thrown,
        details: { token },
      });
    }
  }

  /** Resolves when all calls to the provider have ended, successful or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underway);
  }

  #read(struct: StructMessage | undefined): Record<string, unknown> {
    const directory = this.#settings.directories.program;
    return fromWire(struct?.toJavaScript() ?? {}, { directory }) as Record<string, unknown>;
  }

  #record(registration: Registration): void {
    const earlier = this.registrations.find(({ urn }) => urn === registration.urn);
    if (earlier) {
      const message = `${describe(registration)} has the same name as ${describe(earlier)}: ${registration.urn}`;
      throw new AppError("duplicate-urn", message, { details: { urn: registration.urn } });
    }
    this.registrations.push(registration);
  }

  async #make(
    registration: Registration,
    request: resources.RegisterResourceRequest,
  ): Promise<{ id: string; object: StructMessage | undefined }> {
    const { type, name, custom, remote } = registration;
    if (!custom && !remote) return { id: "", object: undefined };
    if (type.startsWith("pulumi:providers:")) return { id: name, object: request.getObject() };
    // Without an id and with the inputs only, the SDK treats all other outputs as unknown.
    if (this.#settings.preview) return { id: "", object: request.getObject() };
    try {
      // After a failure the program may send more requests until it is stopped.
      this.#settings.signal.throwIfAborted();
      const { id, outputs } = await this.#watch(this.#provider.create(registration, this.#settings.signal));
      if (custom && id === "") throw new Error("the provider returned no id");
      return { id, object: asStruct(outputs) };
    } catch (thrown) {
      throw new AppError("create-failed", `Cannot create ${describe(registration)}: ${asError(thrown).message}`, {
        cause: thrown,
        details: { urn: registration.urn },
      });
    }
  }

  async #watch<Result>(call: Promise<Result>): Promise<Result> {
    this.#underway.add(call);
    try {
      return await call;
    } finally {
      this.#underway.delete(call);
    }
  }
}

function asStruct(values: Record<string, unknown>): StructMessage {
  return Struct.fromJavaScript(toWire(values) as Record<string, NonNullable<unknown>>);
}
