<?php
// Loaded before a client whose waiting shall cost no real time: when it sleeps, the clock of its world moves on
// instead, and with it all that PHP says of the time. The PHP functions of these names have to be switched off.

declare(strict_types=1);

final class Waiting
{
    public static float $seconds = 0.0;

    public static function pass(float $seconds): void
    {
        if ($seconds <= 0) {
            return;
        }
        self::$seconds += $seconds;
        $request = [
            'method' => 'POST',
            'header' => 'Content-Type: application/json',
            'content' => json_encode(['ms' => (int) ceil($seconds * 1000)]),
        ];
        $address = rtrim((string) getenv('TRENDYOL_BASE_URL'), '/') . '/_emulator/clock/advance';
        file_get_contents($address, false, stream_context_create(['http' => $request]));
    }

    public static function now(): float
    {
        return gettimeofday(true) + self::$seconds;
    }
}

function sleep(int $seconds): int
{
    Waiting::pass((float) $seconds);

    return 0;
}

function usleep(int $microseconds): void
{
    Waiting::pass($microseconds / 1e6);
}

function time(): int
{
    return (int) Waiting::now();
}

function microtime(bool $as_float = false): float|string
{
    $now = Waiting::now();

    return $as_float ? $now : sprintf('%.8f %d', fmod($now, 1.0), (int) $now);
}

function hrtime(bool $as_number = false): array|int
{
    $nanoseconds = (int) (Waiting::now() * 1e9);

    return $as_number ? $nanoseconds : [intdiv($nanoseconds, 1_000_000_000), $nanoseconds % 1_000_000_000];
}
