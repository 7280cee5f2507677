/** Protocols over HTTP, for servers and for clients. */
export { exampleOf } from './examples.ts';
export {
  problemOf,
  problemType,
  statusOf,
  statusOfError,
  transportProblem,
  type ProblemDetails,
} from './fault-status.ts';
export { httpBinding } from './http-binding.ts';
export { apiPrefix, pathOf, type Exposed, type HttpOptions } from './exposed.ts';
export { httpTransport, socketTransport, type HttpTransportOptions } from './http-transport.ts';
export { openApiOf } from './open-api.ts';
export { problemOfError, refuseStrangers, sendProblem } from './refusing-routes.ts';
export { strictInput, type InputIssue } from './strict-input.ts';
export { wireSchema, type JsonSchema } from './shared-schemas.ts';
export {
  answerUnreadable,
  guardedServer,
  serverLimits,
  type ServerLimits,
} from './guarded-server.ts';
export { bodyLimits, leaveBody, RefusedBody, type BodyLimits } from './json-body.ts';
export { servedHosts } from './site-guard.ts';
export type { SendRefusal } from './refusing-routes.ts';
