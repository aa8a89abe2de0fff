import { measureAttack } from '../attack.ts';
import { figure } from '../report.ts';

export async function run(): Promise<void> {
  const { answers, longest, p99, p99InPeace, polls } = await measureAttack();
  const told = [...answers].map(([status, count]) => `${count} x ${status}`).join(', ');
  figure(
    `p99 of ${polls} polls under 286 brotli bodies in 10 s (${told})`,
    `${p99.toFixed(1)} ms`,
    'goal under 100 ms',
  );
  figure('the longest of them', `${longest.toFixed(1)} ms`);
  figure('p99 of the same polls in peace', `${p99InPeace.toFixed(1)} ms`);
}
