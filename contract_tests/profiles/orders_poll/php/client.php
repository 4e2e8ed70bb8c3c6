<?php

// The packages of the last weeks in PHP: windows of two weeks of their last change; no packages of Composer.
//   php client.php [--broken=NAME] sync | export orders | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/packages.php';

const MOST = 10_000;

function pull(Run $run): void
{
    $from = $run->nowMs - SPAN_MS;
    $packages = [];
    // Windows share their edges, so that no instant falls between two.
    for ($start = $from; $start < $run->nowMs; $start += WINDOW_MS) {
        $packages = read_window($run, $start, min($start + WINDOW_MS, $run->nowMs)) + $packages;
    }
    $run->store['packages'] = $packages + ($run->store['packages'] ?? []);
    $run->store['from'] = $from;
}

/** Pages reach so many packages; where there are more, both halves of the window are read. */
function read_window(Run $run, int $start, int $end): array
{
    $dates = ['startDate' => $run->own('instant', $start), 'endDate' => $run->own('instant', $end)];
    $query = $dates + $run->own('filter') + ['size' => SIZE, 'orderByDirection' => 'ASC'];
    $page = fn (int $number): array => $run->page('/order/sellers/{seller}/v2/orders', $query + ['page' => $number]);
    if ($page(0)['total'] > MOST) {
        $middle = intdiv($start + $end, 2);
        return read_window($run, $middle, $end) + read_window($run, $start, $middle);
    }
    return read_at_rest(fn (): array => read_pages($page));
}

$profile = [
    'pull' => pull(...),
    'exports' => ['orders' => orders(...)],
    'right' => ['instant' => fn (int $ms): int => $ms, 'filter' => fn (): array => []],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
