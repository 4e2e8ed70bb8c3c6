<?php

// Packages picked and invoiced, in PHP: read in each run, brought on step by step; no packages of Composer.
//   php client.php [--broken=NAME] sync | export fulfilment | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/client.php';

const STEPS = ['Awaiting', 'Created', 'Picking', 'Invoiced'];
const OVER = ['Cancelled', 'UnSupplied', 'UnPacked'];
// How often an order is read whose packages are not as they were when they were written to.
const LOOKS = 2;

function pull(Run $run): void
{
    $undone = [];
    foreach ($run->own('wants', wants(), $run->store) as $want) {
        $save = function (string $state) use ($run, $want): void {
            $run->store['states']["{$want['orderNumber']} {$want['action']}"] = $want + ['state' => $state];
        };
        // Saved before anything is sent: a run that dies in between does not know.
        $save('unclear');
        $state = state_after($run, $want);
        $save($state);
        if ($state !== 'done') {
            $undone[] = "{$want['orderNumber']} is $state";
        }
    }
    if ($undone) {
        throw new Problem(implode("\n", $undone));
    }
}

/** What is known of an order once it was worked on; locked out, nothing more can be done. */
function state_after(Run $run, array $want): string
{
    try {
        return fulfil($run, $want);
    } catch (Lost) {
        return 'unclear';
    } catch (Problem $problem) {
        return $problem->passing ? 'pending' : throw $problem;
    }
}

/** An order may be split or cancelled between reading and writing: what is refused is read again. */
function fulfil(Run $run, array $want): string
{
    for ($look = 0; $look < LOOKS; $look++) {
        $query = ['orderNumber' => $want['orderNumber'], 'page' => 0, 'size' => 200];
        $packages = $run->page('/order/sellers/{seller}/v2/orders', $query)['rows'];
        $live = array_filter($packages, fn (array $row): bool => !in_array($row['status'], OVER, true));
        if (!$live) {
            return $packages ? 'refused' : 'pending';
        }
        try {
            foreach ($live as $row) {
                bring($run, $row, $want['action']);
            }
            return 'done';
        } catch (Problem $problem) {
            if ($problem->passing || in_array($problem->status, [401, 403], true)) {
                throw $problem;
            }
        }
    }
    return 'refused';
}

/** First Picking, then Invoiced; a package that is past them is left alone. */
function bring(Run $run, array $row, string $action): void
{
    $number = $row['shipmentPackageId'];
    $lines = array_map(fn (array $line): array => ['lineId' => $line['lineId'], 'quantity' => $line['quantity']], $row['lines']);
    foreach ($run->own('statuses', $row['status'], $action) as $status) {
        $invoice = sprintf('EME2026%09d', $number % 1_000_000_000);
        $params = $status === 'Invoiced' ? ['invoiceNumber' => $invoice] : new stdClass();
        $body = ['lines' => $lines, 'params' => $params, 'status' => $status];
        $run->write('PUT', "/order/sellers/{seller}/shipment-packages/$number", $body);
    }
}

/** The statuses that a package still has to be brought to. */
function statuses(string $from, string $to): array
{
    $begin = array_search($from, STEPS, true);
    $steps = $begin === false ? [] : array_slice(STEPS, $begin + 1, max(0, array_search($to, STEPS, true) - $begin));
    return array_values(array_diff($steps, ['Created']));
}

$profile = [
    'pull' => pull(...),
    'keeps' => 'states',
    'exports' => ['fulfilment' => fn (array $store): array => array_values($store['states'] ?? [])],
    'right' => ['statuses' => statuses(...), 'wants' => fn (array $wants): array => $wants],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
