/** What Prometheus asks. */
import { route, type Route } from './route.ts';

export const metricsRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/metrics',
    access: ['admin'],
    produces: ['text/plain'],
    summary: 'Figures in the Prometheus text format.',
    async handle({ ctx, deps: { metrics } }) {
      ctx.set('Content-Type', metrics.registry.contentType);
      ctx.body = await metrics.registry.metrics();
      return undefined;
    },
  }),
];
