// handlers.ts: MSW, with the mock server behind it
import { bypass, http } from "msw";

const API = "https://api.shop.example"; // the backend address that the application is configured with

export const backedBy = (mock: string, session: string) =>
  http.all(`${API}/*`, async ({ request }) => {
    const { method, url } = request;
    const headers = new Headers(request.headers);
    headers.set("X-Mock-Session", session);
    const body = request.body && (await request.arrayBuffer());
    return fetch(bypass(url.replace(API, mock), { method, headers, body }));
  });
