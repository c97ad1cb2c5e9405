import { readLists } from "../replay/read-lists.ts";
import type { Collection } from "./collection.ts";

/** The lists of a folder, as its index.json names them. */
export async function readGivenLists(folder: string): Promise<Collection> {
  const scenarios = await readLists(folder);
  const lists = scenarios.map((scenario) => ({ scenario, origin: scenario.origin ?? "not named" }));
  return { title: "Lists from public records", preface, lists };
}

const preface = `Arrivals, and where a list says so service times, of systems that ran; some lists are synthetic. The jobs are others' and not in this
repository. Task-hours are compared with the least that any policy which knew all beforehand could spend for 95 % in time (a linear program), instance-hours
with those of a plan that knew all beforehand and was replayed.`;
