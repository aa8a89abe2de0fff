<?php

declare(strict_types=1);

/**
 * Counter QR from a PHP server: one file, PHP 8.1 or newer with OpenSSL, nothing to install. Copy it beside your code.
 *
 *     require 'counterqr.php';
 *     $counter = new CounterQR('https://pay.example/counterqr', getenv('COUNTERQR_APP_KEY'));
 *     $counter->link('42', agent_name: 'Asha', computer_name: 'SHOWROOM-PC-01');       // once a log-in
 *     $sent = $counter->qr('42', 'https://pay.example/p/8842', amount: '1250.00', currency: 'MUR', reference: '8842');
 *     foreach ($counter->watch($sent['command_id']) as $view) {                        // until it is off the display
 *         echo $view['state'], ' ', $view['reason'] ?? '', "\n";
 *     }
 *     $counter->payment(reference: '8842');                                            // in your payment webhook
 *
 * The key is the relay's app key and stays on the server. Each call answers the relay's JSON as an array (docs/api.md)
 * or throws a CounterQRError.
 */

/**
 * The message is a sentence for a person. `$reason` is for a program: the relay's code, such as `device_in_use`, or
 * `unreachable`, `bad_answer`. `$status` is HTTP's, 0 where there was no answer. `$body` is the whole answer.
 */
final class CounterQRError extends RuntimeException
{
    public function __construct(
        string $message,
        public readonly string $reason,
        public readonly int $status = 0,
        public readonly array $body = [],
    ) {
        parent::__construct($message, $status);
    }
}

final class CounterQR
{
    private const ENDED = ['cleared', 'failed', 'expired', 'superseded', 'cancelled'];
    /** Seconds. The relay holds an answer 25 at most. */
    private const HOLD = 25;
    private const ANSWERS_WITHIN = 35;
    /** An answer that was lost: the call may have been done. Only calls that may be done twice are repeated. */
    private const TRIES = 4;
    private const PAUSE_MICROSECONDS = 500_000;
    private const GATEWAY_SAYS = [502, 503, 504];

    private readonly string $api;

    /**
     * `$relay`: its address with its BASE_PATH, such as https://pay.example/counterqr. `$ssl`: PHP's context options,
     * for a certificate authority of your own (`['cafile' => …]`).
     */
    public function __construct(string $relay, private readonly string $key, private readonly array $ssl = [])
    {
        $this->api = rtrim($relay, '/') . '/api/device';
    }

    /** Gives the agent a display: one of computer_name, pairing_code, device_id; agent_name, takeover. */
    public function link(string $agent_id, mixed ...$how): array
    {
        return $this->call('POST', '/link', ['agent_id' => $agent_id] + $how, self::TRIES);
    }

    /** Log-out: frees the agent's display and takes the agent's QR off it. */
    public function unlink(string $agent_id): array
    {
        return $this->call('POST', '/unlink', ['agent_id' => $agent_id]);
    }

    /**
     * Queues a QR for the agent's display, once however often it has to be sent. Fields: qr_image (a PNG or JPEG data
     * URI) in place of the text, customer_name, policy_number, reference, amount, currency, expires_in,
     * display_seconds, idempotency_key (your own, if your program may ask twice).
     */
    public function qr(string $agent_id, ?string $qr_text = null, mixed ...$fields): array
    {
        $body = $fields + ['agent_id' => $agent_id, 'idempotency_key' => bin2hex(random_bytes(16))];
        return $this->call('POST', '/qr', $qr_text === null ? $body : $body + ['qr_text' => $qr_text], self::TRIES);
    }

    /**
     * What became of a QR. With $wait (seconds, at most 25) as soon as its state is not $state any more, or, where
     * $covered is given, as soon as a test card or the like covers it or no longer does.
     */
    public function command(string $command_id, float $wait = 0, ?string $state = null, ?bool $covered = null): array
    {
        $query = ['wait' => sprintf('%.3F', $wait)] + ($state === null ? [] : ['state' => $state])
            + ($covered === null ? [] : ['covered' => $covered ? '1' : '0']);
        $path = '/command/' . rawurlencode($command_id) . '?' . http_build_query($query);
        return $this->call('GET', $path, null, self::TRIES);
    }

    /**
     * Yields each state of a QR as it comes, the present one first, until it has ended or the time is over. While
     * something covers it on the display, covered_at is there; that it comes and goes is yielded as well.
     */
    public function watch(string $command_id, float $seconds = 900): Generator
    {
        $until = hrtime(true) / 1e9 + $seconds;
        $view = $this->command($command_id);
        yield $view;
        while (!in_array($view['state'], self::ENDED, true)) {
            $left = $until - hrtime(true) / 1e9;
            if ($left <= 0) {
                return;
            }
            $known = [$view['state'], isset($view['covered_at'])];
            $view = $this->command($command_id, max(0.001, min(self::HOLD, $left)), ...$known);
            if ([$view['state'], isset($view['covered_at'])] !== $known) {
                yield $view;
            }
        }
    }

    /** What a payment webhook says: one of command_id, policy_number, reference names the QR. */
    public function payment(string $status = 'paid', mixed ...$name): array
    {
        return $this->call('POST', '/payment', ['status' => $status] + $name);
    }

    /** Takes the QR off the display, or out of its queue: `closed`, `cancelled` or `paid`. */
    public function clear(string $command_id, string $reason = 'closed'): array
    {
        return $this->call('POST', '/rotation/start', ['command_id' => $command_id, 'reason' => $reason]);
    }

    private function call(string $method, string $path, ?array $body, int $tries = 1): array
    {
        for ($left = $tries - 1; ; $left--) {
            try {
                return $this->once($method, $path, $body);
            } catch (CounterQRError $error) {
                $mayBeTriedAgain = $error->status === 0 || in_array($error->status, self::GATEWAY_SAYS, true);
                if ($left === 0 || !$mayBeTriedAgain) {
                    throw $error;
                }
            }
            usleep(self::PAUSE_MICROSECONDS);
        }
    }

    private function once(string $method, string $path, ?array $body): array
    {
        $headers = ["Authorization: Bearer {$this->key}", 'Content-Type: application/json', 'Connection: close'];
        $context = stream_context_create([
            'http' => [
                'method' => $method,
                'header' => $headers,
                'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
                'protocol_version' => 1.1,
                'timeout' => self::ANSWERS_WITHIN,
                'ignore_errors' => true,
                // The key is for the relay; a redirect would carry it elsewhere.
                'follow_location' => 0,
            ],
            'ssl' => $this->ssl,
        ]);
        error_clear_last();
        $text = @file_get_contents($this->api . $path, false, $context);
        // From PHP 8.5 on the variable is deprecated.
        $head = function_exists('http_get_last_response_headers')
            ? http_get_last_response_headers() ?? []
            : $http_response_header ?? [];
        if ($text === false || !preg_match('~^HTTP/\S+ (\d{3})~', $head[0] ?? '', $line)) {
            $why = error_get_last()['message'] ?? 'the connection broke off';
            throw new CounterQRError("The relay did not answer: $why", 'unreachable');
        }
        $status = (int) $line[1];
        $answer = json_decode($text, true);
        if (!is_array($answer)) {
            throw new CounterQRError("No relay answers at {$this->api}: $status without JSON", 'bad_answer', $status);
        }
        if ($status !== 200) {
            $sentence = $answer['error'] ?? "The relay answered $status";
            throw new CounterQRError($sentence, $answer['code'] ?? 'bad_answer', $status, $answer);
        }
        return $answer;
    }
}
