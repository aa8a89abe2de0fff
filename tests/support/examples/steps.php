<?php

// Carries out the steps of a test with the client: `php steps.php RELAY KEY`, the steps as JSON on standard input.
// Prints a line of JSON for each answer, state or error.
error_reporting(E_ALL);
set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    // What the client silences with @ is its own business; every other notice is a fault.
    if (error_reporting() & $level) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }
    return false;
});
require getenv('CLIENT_FOLDER') . '/counterqr.php';

$counter = new CounterQR($argv[1], $argv[2]);
$sent = null;
foreach (json_decode(stream_get_contents(STDIN), true) as [$name, $given]) {
    $given = array_map(fn($value) => $value === 'SENT' ? $sent : $value, $given);
    try {
        $answer = $counter->$name(...$given);
        foreach ($name === 'watch' ? $answer : [$answer] as $one) {
            echo json_encode($one), "\n";
            $sent = $name === 'qr' ? $one['command_id'] : $sent;
        }
    } catch (CounterQRError $error) {
        $said = ['error' => $error->getMessage(), 'code' => $error->reason, 'status' => $error->status];
        echo json_encode($said), "\n";
    }
}
