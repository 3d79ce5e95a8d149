// MSW in a page: `handlers.ts` in a service worker.
import { setupWorker } from "msw/browser";
import { backedBy } from "./handlers";

Object.assign(globalThis, {
  startMsw: (mock: string, session: string) => setupWorker(backedBy(mock, session)).start({ quiet: true }),
});
