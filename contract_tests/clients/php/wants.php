<?php

// What a shop wants done once: each want is tried, and what is known of it saved before and after.

declare(strict_types=1);

require __DIR__ . '/client.php';

// How often all is read in one run, if a want is refused.
const LOOKS = 2;

/**
 * The rows as they stand in the end, and what is known of each want by its id: done, pending, unclear, open, refused.
 *
 * $key names a want's id, which is that of its row; $attempt gets the run, the row or null, and the want.
 */
function try_wants(Run $run, string $key, callable $read, callable $attempt): array
{
    $rows = $read($run);
    $states = [];
    for ($look = 0; $look < LOOKS; $look++) {
        foreach (wants() as $want) {
            $id = $want[$key];
            if (($states[$id] ?? 'open') === 'open') {
                // Saved before anything is sent: a run that dies in between does not know.
                $run->store['states'][$id] = 'unclear';
                $states[$id] = $attempt($run, $rows[$id] ?? null, $want);
                $run->store['states'][$id] = $states[$id] === 'open' ? 'refused' : $states[$id];
            }
        }
        $rows = $read($run);
        if (!in_array('open', $states, true)) {
            break;
        }
    }
    return [$rows, $states];
}

/** What is known of a want once it was sent; locked out, nothing more can be done. */
function outcome_of(callable $send): string
{
    try {
        $send();
        return 'done';
    } catch (Lost) {
        return 'unclear';
    } catch (Problem $problem) {
        if (in_array($problem->status, [401, 403], true)) {
            throw $problem;
        }
        return $problem->passing ? 'pending' : 'open';
    }
}
