<?php

// One request: the extension curl where it is there, PHP's own streams elsewhere.

declare(strict_types=1);

const TIMEOUT_S = 30;

/** What went wrong; `waitS` is what the answer asked for, `passing` whether waiting may cure it. */
final class Problem extends RuntimeException
{
    public function __construct(
        string $message,
        public readonly int $status = 0,
        public readonly bool $passing = false,
        public readonly ?float $waitS = null,
    ) {
        parent::__construct($message);
    }
}

/** The pages do not fit together: something moved while they were read. */
final class Moved extends RuntimeException
{
}

/** The answer of a write did not come: nobody knows whether it was done. */
final class Lost extends RuntimeException
{
}

/** What a request carries. */
final class Body
{
    public function __construct(public readonly string $text, public readonly string $type = 'application/json')
    {
    }
}

/** @return array{int, array<string, string>, string} status, headers by their small names, body */
function fetch(string $url, array $headers, string $method = 'GET', ?Body $body = null): array
{
    if ($body !== null) {
        $headers[] = "Content-Type: $body->type";
    }
    $how = function_exists('curl_init') ? fetch_by_curl(...) : fetch_by_stream(...);
    return $how($url, $headers, $method, $body?->text);
}

function fetch_by_curl(string $url, array $headers, string $method, ?string $sent): array
{
    $lines = [];
    $handle = curl_init($url);
    curl_setopt_array($handle, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => TIMEOUT_S,
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$lines): int {
            $lines[] = $line;
            return strlen($line);
        },
    ] + ($sent === null ? [] : [CURLOPT_POSTFIELDS => $sent]));
    $body = curl_exec($handle);
    $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
    $fault = curl_error($handle);
    curl_close($handle);
    // A body that ends too early is a failure too.
    if ($body === false) {
        throw new Problem("$url: $fault", passing: true);
    }
    return [$status, headers_by_name($lines), $body];
}

function fetch_by_stream(string $url, array $headers, string $method, ?string $sent): array
{
    $options = ['method' => $method, 'header' => $headers, 'ignore_errors' => true, 'timeout' => TIMEOUT_S];
    $options += $sent === null ? [] : ['content' => $sent];
    $body = @file_get_contents($url, false, stream_context_create(['http' => $options]));
    if ($body === false) {
        throw new Problem("$url: no answer", passing: true);
    }
    $status = (int) explode(' ', $http_response_header[0])[1];
    return [$status, headers_by_name($http_response_header), $body];
}

function headers_by_name(array $lines): array
{
    $headers = [];
    foreach ($lines as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[strtolower($name)] = trim($value);
    }
    return $headers;
}

/** Seconds that a Retry-After asks for, be it seconds or a date; null when it says nothing. */
function retry_after_s(string $retryAfter): ?float
{
    if (ctype_digit($retryAfter)) {
        return (float) $retryAfter;
    }
    $due = strtotime($retryAfter);
    return $due === false ? null : max(0.0, $due - microtime(true));
}
