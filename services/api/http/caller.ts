import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** Everyone, where the API asks nobody who they are. */
export const anonymous = "anonymous";

/**
 * The name jobs belong to. For signed requests the unique id of the role or user, without the session's name:
 * another session of the same role sees the same jobs, and a role made anew under an old name does not.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function callerOf(event: APIGatewayProxyEventV2): string {
  const context = event.requestContext as { authorizer?: { iam?: { accountId?: string; userId?: string } } };
  const iam = context.authorizer?.iam;
  if (!iam?.userId) return anonymous;
  return `${iam.accountId}.${iam.userId.split(":")[0]}`;
}
