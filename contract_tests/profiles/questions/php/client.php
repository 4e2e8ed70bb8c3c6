<?php

// Questions read in windows, the wanted ones answered once, in PHP; no packages of Composer.
//   php client.php [--broken=NAME] sync | export questions | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/wants.php';

const DAY_MS = 86_400_000;
const SPAN_MS = 56 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 50;

function pull(Run $run): void
{
    [$run->store['questions'], $states] = try_wants($run, 'id', read_questions(...), answer(...));
    require_done($states);
}

/** What is known of an answer once it was tried. */
function answer(Run $run, ?array $question, array $want): string
{
    $text = $want['text'];
    $state = state_of($run, $question, $text);
    if ($state !== 'open') {
        return $state;
    }
    $path = "/qna/sellers/{seller}/questions/{$question['id']}/answers";
    return outcome_of(fn () => $run->write('POST', $path, ['text' => $text], is_reply(...)));
}

/** What a question says of a wanted answer: done, open, or refused for good. */
function state_of(Run $run, ?array $question, string $text): string
{
    if ($question === null) {
        return 'pending';
    }
    if (in_array($question['status'], ['WAITING_FOR_APPROVE', 'ANSWERED'], true)) {
        return ($question['answer']['text'] ?? null) === $text ? 'done' : 'refused';
    }
    $length = $run->own('length', $text);
    $waits = $question['status'] === 'WAITING_FOR_ANSWER' && ($question['rejectedAnswer']['text'] ?? null) !== $text;
    return $waits && $length >= 10 && $length <= 2000 ? 'open' : 'refused';
}

/** Three forms of a reply are printed: a number, a sentence, nothing. */
function is_reply(string $text): bool
{
    $reply = json_decode($text, true);
    return $text === '' || is_string($reply) || isset($reply['answerId']);
}

function read_questions(Run $run): array
{
    $questions = [];
    // Windows share their edges, so that no instant falls between two.
    for ($end = $run->own('end', $run->nowMs); $end > $run->nowMs - SPAN_MS; $end -= WINDOW_MS) {
        $dates = ['startDate' => max($end - WINDOW_MS, $run->nowMs - SPAN_MS), 'endDate' => $end];
        $questions += read_at_rest(fn (): array => read_window($run, $dates));
    }
    return $questions;
}

function read_window(Run $run, array $dates): array
{
    $pages = [];
    do {
        $query = $dates + ['page' => count($pages), 'size' => SIZE, 'orderByDirection' => 'ASC'];
        $pages[] = $run->page('/qna/sellers/{seller}/questions/filter', $query);
    } while (count($pages) * SIZE < end($pages)['total']);
    return gather($pages, 'id');
}

function questions(array $store): iterable
{
    foreach ($store['questions'] ?? [] as $row) {
        $state = array_intersect_key($store['states'] ?? [], [$row['id'] => true]);
        yield [
            'id' => $row['id'],
            'status' => $row['status'],
            'text' => $row['text'],
            'answer' => $row['answer']['text'] ?? null,
        ] + ($state ? ['state' => end($state)] : []);
    }
}

$profile = [
    'pull' => pull(...),
    'keeps' => 'states',
    'exports' => ['questions' => questions(...)],
    'right' => [
        'end' => fn (int $nowMs): int => $nowMs,
        'length' => fn (string $text): int => preg_match_all('/./su', $text),
    ],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
