// handlers.ts: MSW, with the mock server behind it
import { bypass, http } from "msw";

const API = "https://api.shop.example"; // the backend address that the application is configured with

export const backedBy = (apiUrl: string) =>
  http.all(`${API}/*`, async ({ request }) => {
    const { method, url, headers } = request;
    const body = request.body && (await request.arrayBuffer());
    return fetch(bypass(url.replace(API, apiUrl), { method, headers, body }));
  });
