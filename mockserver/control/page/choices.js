/** What decides the answers of an operation in a session: the scenario that is chosen, and what goes before it. */

const NO_ANSWER = new Set(["delay", "fault", "probability"]); // members of `respond` that only disturb
/** The faults that a gateway in front of the API answers with; the others break the connection. */
export const GATEWAY_FAULTS = ["bad-gateway", "service-unavailable", "gateway-timeout", "rate-limited"];

/** The name of a fault that may have parameters: `timeout` of `timeout; duration=5s`. */
export function nameOfFault(fault) {
  return fault.split(";")[0].trim();
}

export function isGatewayFault(fault) {
  return GATEWAY_FAULTS.includes(nameOfFault(fault));
}

/** The choice for an operation, as `{names, times}`; null if there is none, or it is used up. */
export function choiceFor(session, operation) {
  const found = (session?.scenarios ?? []).find((choice) => choice.operation === operation);
  return found && found.times !== 0 ? found : null;
}

/** For how long a choice holds. */
export function duration({ times }) {
  if (times === null || times === undefined) return "until changed";
  return times === 1 ? "for the next call" : `for the next ${times} calls`;
}

/** The stubs for an operation alone, newest first; those for any operation if it is null. */
export function stubsFor(session, operation) {
  return (session?.stubs ?? []).filter((stub) => (stub.operation ?? null) === operation);
}

export function isUsedUp(stub) {
  return stub.times !== undefined && stub.matched >= stub.times;
}

/** Whether a stub answers; otherwise it only delays or breaks answers. */
export function answers(stub) {
  return "given" in stub || "steps" in stub || Object.keys(stub.respond ?? {}).some((key) => !NO_ANSWER.has(key));
}

/** The status that answers for a documented one: 400 for `4XX`, 500 for `default`, as with `Prefer: code=`. */
export function statusNumber(documented) {
  const [, whole, range] = /^(?:(\d{3})|(\d)XX)$/i.exec(documented) ?? [];
  return whole ? Number(whole) : range ? 100 * range : 500;
}

/** The stub that the page lays to answer an operation with a status. */
export function statusStub(operation, status, times) {
  return { operation, respond: { status }, ...(times ? { times } : {}) };
}

/** The stub of the session that `statusStub` made, if it is still laid and not used up. */
export function laidStatusStub(session, operation, status) {
  return stubsFor(session, operation).find((stub) => {
    const { respond = {}, match } = stub;
    const isOnlyStatus = Object.keys(respond).length === 1 && respond.status === status;
    return isOnlyStatus && match === undefined && !isUsedUp(stub);
  });
}

/** What the answer of a stub is, in a few words. */
export function stubAnswer(stub) {
  const { respond = {} } = stub;
  const parts = [];
  if (stub.steps) parts.push(`story of ${stub.steps.length} steps`);
  if (stub.given) parts.push("changed state");
  if (respond.status !== undefined) parts.push(String(respond.status));
  if (respond.error !== undefined) parts.push(String(respond.error));
  if (!parts.length && answers(stub)) parts.push("fixed answer");
  for (const key of ["delay", "fault"]) {
    const value = stub[key] ?? respond[key];
    if (value !== undefined) parts.push(`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  return parts.join(", ");
}

/** Which requests a stub is for, in a few words. */
export function stubRequests(stub) {
  const members = Object.entries(stub.match ?? {});
  if (!members.length) return "every request";
  return members.map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
}

/** Sentences about what goes before a choice for an operation. */
export function overrides(session, operation) {
  const stubs = [...stubsFor(session, operation), ...stubsFor(session, null)].filter((stub) => !isUsedUp(stub));
  const sentences = stubs.filter(answers).map((stub) => {
    const requests = stub.match ? `requests with ${stubRequests(stub)}` : "every request";
    return `Stub ${stub.id} goes before the scenario for ${requests}.`;
  });
  const { network } = session;
  const isConcerned = !network?.operation || network.operation === operation;
  if (network?.fault && isGatewayFault(network.fault) && isConcerned) {
    sentences.push(`The network's ${nameOfFault(network.fault)} answers instead of the API.`);
  }
  if (session.mutation) sentences.push(`The mutation "${session.mutation}" changes what comes out.`);
  return sentences;
}
