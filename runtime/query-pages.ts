import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";

/** The items of a query, page by page. The SDK's own paginator takes its own client only. */
export async function* queryPages(
  client: Pick<DynamoDBDocumentClient, "send">,
  query: QueryCommandInput,
): AsyncGenerator<Record<string, unknown>[]> {
  let next: QueryCommandInput["ExclusiveStartKey"];
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: next }));
    yield page.Items ?? [];
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
}
