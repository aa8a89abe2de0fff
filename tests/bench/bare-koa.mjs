/** The peer of the relay's empty poll: the least that Koa and its router need to answer the same JSON. */
import Koa from 'koa';
import Router from '@koa/router';

const router = new Router();
router.get('/api/device/poll', (ctx) => {
  ctx.body = { has_commands: false, commands: [] };
});
const server = new Koa()
  .use(router.routes())
  .use(router.allowedMethods())
  .listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`);
  });
