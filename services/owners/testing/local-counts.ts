import { ownersTable } from "../../../contract/owners-table.ts";
import { createHotTableClient } from "../../../runtime/json-client/hot-clients.ts";
import { describeTable } from "../../../runtime/testing/describe-table.ts";
import { hotClientOptions } from "../../../runtime/testing/hot-client-options.ts";
import { startLocalDynamoDb } from "../../../runtime/testing/local-dynamodb.ts";
import { createOwnerCounts, type OwnerCounts } from "../owner-counts.ts";

export interface LocalCounts {
  /** Through the SDK, as the sweeper does. */
  counts: OwnerCounts;
  /** Through the client of the API's functions and the workers. */
  hotCounts: OwnerCounts;
  close(): Promise<void>;
}

/** An owners table like that of `infra/`, in DynamoDB in the test's process. */
export async function startLocalCounts(): Promise<LocalCounts> {
  const { client, endpoint, createTable, close } = await startLocalDynamoDb();
  const tableName = await createTable(describeTable("owners", ownersTable));
  const hotClient = createHotTableClient({ ...hotClientOptions, endpoint });
  return {
    counts: createOwnerCounts({ client, tableName }),
    hotCounts: createOwnerCounts({ client: hotClient, tableName }),
    close,
  };
}
