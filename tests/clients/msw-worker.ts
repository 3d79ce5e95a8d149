// MSW in a page: `handlers.ts` in a service worker.
import { setupWorker } from "msw/browser";
import { backedBy } from "./handlers";

Object.assign(globalThis, {
  startMsw: (apiUrl: string) => setupWorker(backedBy(apiUrl)).start({ quiet: true }),
});
