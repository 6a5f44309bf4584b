import type { NextRequest } from 'next/server';
import { redeemSignInLink } from '#server/usecases/http/sign-in-link.ts';

/** Where a one-click link leads: it signs in and goes on to the first page, or to the sign-in page with the reason. */
export const GET = (request: NextRequest): Promise<Response> => redeemSignInLink(request);
