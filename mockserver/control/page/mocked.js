/** Where the mocked API is, and requests to it in the session of the page. */

/**
 * The URLs of a server: `control`, the prefix of the control API on the port of the mocked API, and `root`, the
 * mocked API itself. The control API may have a port of its own, and a proxy may have put both below a path.
 */
export async function mockedUrl(api) {
  const [health, own] = await Promise.all([api.health(), api.ownContract()]);
  const control = new URL(api.root);
  if (health.control_port !== null) control.port = health.port;
  const prefix = `${new URL(own.servers[0].url, control).pathname.replace(/\/$/, "")}/`;
  const root = new URL(control);
  if (root.pathname.endsWith(prefix)) root.pathname = root.pathname.slice(0, 1 - prefix.length);
  return { control, root };
}
