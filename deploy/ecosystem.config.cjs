/**
 * Counter QR under PM2, where systemd is not to be had: `pm2 start deploy/ecosystem.config.cjs && pm2 save`.
 * One instance, never `cluster`: with lowdb one process owns the data folder. Several relays need STORE_URL=redis://… .
 */
const { join } = require('node:path');

module.exports = {
  apps: [
    {
      name: 'counterqr',
      cwd: join(__dirname, '..'),
      script: 'dist/relay/main.js',
      exec_mode: 'fork',
      instances: 1,
      autorestart: true,
      exp_backoff_restart_delay: 200,
      // Held polls are answered and the last writes finished before it is killed.
      kill_timeout: 20_000,
      max_memory_restart: '600M',
      time: false,
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '5001',
        // Behind deploy/nginx.conf.
        BASE_PATH: '/counterqr',
        TRUST_PROXY: '1',
        DATA_DIR: process.env.DATA_DIR || '/var/lib/counterqr',
      },
    },
  ],
};
