import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { asError } from "../../runtime/errors.ts";

/** Functions that another process offers. Arguments and results are JSON. */
type Methods = Record<string, (...args: never[]) => unknown>;

/** The same functions, called from here. */
export type Remote<Offered extends Methods> = {
  [Name in keyof Offered]: (...args: Parameters<Offered[Name]>) => Promise<Awaited<ReturnType<Offered[Name]>>>;
} & { stop(): Promise<void> };

interface Call {
  id: number;
  name: string;
  args: never[];
}

type Answer = { id: number } & ({ value: unknown } | { error: string });

/** Starts a process that calls `offer`. It ends with this one, whose end closes the channel. */
export function startRemote<Offered extends Methods>(file: URL): Remote<Offered> {
  const child: ChildProcess = fork(file);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on("message", (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) call?.reject(new Error(answer.error));
    else call?.resolve(answer.value);
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended: ${signal ?? code}`));
  });
  const stop = async () => {
    child.disconnect();
    if (child.exitCode === null) await once(child, "exit");
  };
  return new Proxy({} as Remote<Offered>, {
    get: (_target, name) => {
      if (name === "stop") return stop;
      return (...args: never[]) => {
        const call = Promise.withResolvers<unknown>();
        waiting.set(++calls, call);
        child.send({ id: calls, name: String(name), args } satisfies Call);
        return call.promise;
      };
    },
  });
}

/** Offers functions to the process that started this one. */
export function offer(methods: Methods): void {
  process.on("message", async ({ id, name, args }: Call) => {
    try {
      process.send?.({ id, value: await methods[name]?.(...args) });
    } catch (error) {
      process.send?.({ id, error: asError(error).message });
    }
  });
  process.on("disconnect", () => process.exit(0));
}
