/** Health for supervisors: whether the process lives, and whether it may take work. */
import { Controller, Get, Res } from '@nestjs/common';
import { problemType, transportProblem } from '@morrow/adapter-http';
import type { FastifyReply } from 'fastify';
import type { Running } from './boot.ts';
import { release } from './settings.ts';

/** Nest's controller; written without decorators, since sources run without a compiler. */
export function healthController(running: Running) {
  class HealthController {
    live() {
      return { status: 'live', version: release };
    }
    /** Speaks of this process's own databases, relays and bus; neighbours have a health of their
     * own. `dropped` counts messages of the bus that were not taken. */
    async ready(reply: FastifyReply) {
      const problems = await running.problems();
      const dropped = running.dropped();
      if (!problems.length)
        return { status: 'ready', modules: running.settings.modules, ...(dropped && { dropped }) };
      void reply.code(503).type(problemType);
      return transportProblem(503, 'not ready', problems.join(' '));
    }
  }
  const { prototype } = HealthController;
  for (const name of ['live', 'ready'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor) Get(name)(prototype, name, descriptor);
  }
  Res({ passthrough: true })(prototype, 'ready', 0);
  Controller('health')(HealthController);
  return HealthController;
}
