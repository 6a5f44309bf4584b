import { openApi } from '#lib/contracts/openapi.ts';

/** The description of this API, made of the same schemas that it checks with. */
export function GET(): Response {
  return Response.json(openApi());
}
