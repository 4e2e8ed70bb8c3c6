<?php

// One session with the cross-dock gateway: reads are asked for again, a write whose answer did not come is lost.

declare(strict_types=1);

const SLOWED = [429, 503];

final class Gateway
{
    private readonly string $baseUrl;
    private readonly array $headers;
    public readonly string $buyer;

    public function __construct(array $environment, private readonly Run $run)
    {
        $names = ['B2B_BASE_URL', 'B2B_USER', 'B2B_PASSWORD'];
        $missing = array_filter($names, fn (string $name): bool => ($environment[$name] ?? '') === '');
        if ($missing) {
            throw new Problem('not set: ' . implode(', ', $missing));
        }
        [$url, $this->buyer, $password] = array_map(fn (string $name): string => $environment[$name], $names);
        $this->baseUrl = rtrim($url, '/');
        $this->headers = ['Authorization: Basic ' . base64_encode("{$this->buyer}:$password")];
    }

    /** A document, asked for until it comes or patience ends. */
    public function read(string $path): array
    {
        return $this->patiently(fn (): array => $this->ask('GET', $path, null), fn (Problem $problem): bool => true);
    }

    /** Has something done, once: again only after an answer that says it was not done; else it is lost. */
    public function write(string $path, array $body): array
    {
        $sent = new Body(json_encode($body, JSON));
        $isUndone = fn (Problem $problem): bool => $this->run->own('is_undone', $problem);
        return $this->patiently(fn (): array => $this->ask('POST', $path, $sent), $isUndone);
    }

    private function patiently(callable $ask, callable $isUndone): array
    {
        $tries = [0, 0];
        while (true) {
            try {
                return $ask();
            } catch (Problem $problem) {
                if (!$problem->passing) {
                    throw $problem;
                }
                if (!$isUndone($problem)) {
                    throw new Lost($problem->getMessage());
                }
                $refused = (int) ($problem->status === 429);
                $times = ++$tries[$refused];
                if ($times > ($refused ? REFUSALS : FAILURES) || $problem->waitS > LONGEST_WAIT_S) {
                    throw $problem;
                }
                pause($problem->waitS ?? min(2 ** ($times - 1), LONGEST_S));
            }
        }
    }

    private function ask(string $method, string $path, ?Body $sent): array
    {
        $url = $this->baseUrl . $path;
        $read = document($url, ...fetch($url, $this->headers, $method, $sent));
        return is_array($read) ? $read : throw new Problem("$url: 200 without JSON in it", passing: true);
    }
}
