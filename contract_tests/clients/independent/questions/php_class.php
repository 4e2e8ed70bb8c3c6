<?php
declare(strict_types=1);

// Answers customer questions of a Trendyol store; PHP 8.2 with curl.
//   php php_class.php sync | export questions | reset

final class Stopped extends RuntimeException {}

final class Reply {
    public function __construct(public readonly int $status, public readonly string $body,
        public readonly ?string $retryAfter, public readonly string $trouble) {}
}

final class Gateway {
    private const ATTEMPTS = 7;
    private readonly CurlHandle $curl;
    private readonly float $deadline;
    private array $moments = [];

    public function __construct(private readonly string $seller, private readonly string $secret,
        private readonly string $storefront) {
        $this->curl = curl_init();
        $this->deadline = microtime(true) + 100;
    }

    /** Reads JSON; repeats after a 429, a 5xx, a reset, a body that is cut, and whatever $accept does not like. */
    public function read(string $endpoint, string $url, callable $accept): array {
        $trouble = '';
        for ($attempt = 0; $attempt < self::ATTEMPTS; $attempt++) {
            if ($attempt > 0) { $this->pause($wait, $trouble); }
            $reply = $this->request($endpoint, $url, null);
            $wait = $this->patience($reply, $attempt);
            if ($reply->trouble !== '') {
                $trouble = $reply->trouble;
            } elseif ($reply->status === 200) {
                $value = json_decode($reply->body, true, 512, JSON_BIGINT_AS_STRING);
                if (is_array($value) && $accept($value)) { return $value; }
                $trouble = '200 with another body';
            } elseif ($reply->status === 429 || $reply->status >= 500) {
                $trouble = "status $reply->status";
            } else {
                throw new Stopped("$endpoint refused: $reply->status " . substr($reply->body, 0, 200));
            }
        }
        throw new Stopped("$endpoint given up: $trouble");
    }

    /** Sends a body once. Only a 429 is repeated: the gateway looked at nothing then. Null: it never went out. */
    public function send(string $endpoint, string $url, array $value): ?Reply {
        $json = json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
        try {
            for ($attempt = 0; $attempt < self::ATTEMPTS; $attempt++) {
                $reply = $this->request($endpoint, $url, $json);
                if ($reply->trouble !== '' || $reply->status !== 429) { return $reply; }
                $this->pause($this->patience($reply, $attempt), 'status 429');
            }
        } catch (Stopped $stop) {
            fwrite(STDERR, $stop->getMessage() . "\n");
        }
        return null;
    }

    public function pause(float $seconds, string $why): void {
        if (microtime(true) + $seconds > $this->deadline) { throw new Stopped("no time left to wait after: $why"); }
        usleep((int) ($seconds * 1e6));
    }

    private function patience(Reply $reply, int $attempt): float {
        if ($reply->status >= 400 && $reply->retryAfter !== null) { return max(0.0, (float) $reply->retryAfter) + 0.05; }
        $floor = $reply->status === 429 ? 1.0 : 0.3;
        return max($floor, min(15.0, 0.5 * 2 ** $attempt) * (0.8 + 0.4 * mt_rand() / mt_getrandmax()));
    }

    private function request(string $endpoint, string $url, ?string $json): Reply {
        // 50 requests to one endpoint in ten seconds are the vendor's limit
        $young = array_values(array_filter($this->moments[$endpoint] ?? [], fn ($at) => $at > microtime(true) - 10.5));
        if (count($young) >= 45) { $this->pause(max(0.0, $young[0] + 10.5 - microtime(true)), 'own pace'); }
        $this->moments[$endpoint] = [...$young, microtime(true)];
        $headers = ["Authorization: Basic $this->secret", "User-Agent: $this->seller - SelfIntegration", 'Accept: application/json'];
        if ($this->storefront !== '') { $headers[] = "storeFrontCode: $this->storefront"; }
        if ($json !== null) { array_push($headers, 'Content-Type: application/json', 'Expect:'); }
        [$retryAfter, $date] = [null, null];
        curl_reset($this->curl);
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $url, CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true, CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_CONNECTTIMEOUT => 10, CURLOPT_TIMEOUT => 20,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$retryAfter, &$date): int {
                if (stripos($line, 'retry-after:') === 0) { $retryAfter = trim(substr($line, 12)); }
                if (stripos($line, 'date:') === 0) { $date = strtotime(trim(substr($line, 5))); }
                return strlen($line);
            },
        ]);
        if ($json !== null) {
            // a connection of its own: curl itself repeats what dies on a used one, and an answer must go out once
            curl_setopt_array($this->curl, [CURLOPT_POST => true, CURLOPT_POSTFIELDS => $json, CURLOPT_FRESH_CONNECT => true]);
        }
        $body = curl_exec($this->curl);
        $status = (int) curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        if ($retryAfter !== null && !is_numeric($retryAfter)) { // a moment: as far from the answer's own date
            $moment = strtotime($retryAfter);
            $retryAfter = $moment === false ? null : (string) max(0, $moment - ($date ?: time()));
        }
        $trouble = $body === false ? (curl_error($this->curl) ?: 'no answer') : '';
        return new Reply($status, (string) $body, $retryAfter, $trouble);
    }
}

final class Questions {
    private const DAY = 86_400_000, SPAN = 56 * self::DAY, WINDOW = 14 * self::DAY, TRIES = 4;
    private const WAITING = 'WAITING_FOR_ANSWER';
    private const ANSWERED = ['WAITING_FOR_APPROVE', 'ANSWERED'];
    private const CLOSED = ['REPORTED', 'REJECTED', 'UNANSWERED'];

    private array $state = ['rows' => [], 'wants' => [], 'journal' => [], 'rejections' => []];
    private readonly int $now;
    private readonly string $file, $root;
    private readonly bool $turkish;
    private readonly Gateway $gateway;

    public function __construct(array $env, bool $load) {
        $path = $env['CLIENT_STORE'] ?? 'trendyol-questions.json';
        $this->file = is_dir($path) ? "$path/questions.json" : $path;
        $this->now = (int) ($env['TRENDYOL_NOW_MS'] ?? 0) ?: (int) (microtime(true) * 1000);
        $seller = $env['TRENDYOL_SELLER_ID'] ?? '';
        $storefront = trim($env['TRENDYOL_STOREFRONT'] ?? '');
        $this->turkish = in_array($storefront, ['', 'TR', '1'], true);
        $this->root = rtrim($env['TRENDYOL_BASE_URL'] ?? '', '/') . "/integration/qna/sellers/$seller/questions";
        $secret = base64_encode(($env['TRENDYOL_API_KEY'] ?? '') . ':' . ($env['TRENDYOL_API_SECRET'] ?? ''));
        $this->gateway = new Gateway($seller, $secret, $storefront);
        if ($load && is_file($this->file)) {
            $this->state = json_decode(file_get_contents($this->file), true, 512, JSON_THROW_ON_ERROR) + $this->state;
        }
    }

    public function sync(string $wantFile): int {
        $this->state['wants'] = [];
        foreach (is_file($wantFile) ? file($wantFile, FILE_SKIP_EMPTY_LINES) : [] as $line) {
            if (trim($line) === '') { continue; }
            $want = json_decode($line, true, 512, JSON_BIGINT_AS_STRING | JSON_THROW_ON_ERROR);
            $this->state['wants'][(string) $want['id']] = (string) $want['text'];
        }
        $oldest = $this->now - self::SPAN - 7 * self::DAY;
        $this->state['journal'] = array_filter($this->state['journal'], fn ($entry) => $entry['at'] >= $oldest);
        $late = $this->refresh();
        $touched = false;
        foreach ($this->state['wants'] as $id => $text) {
            if (!$this->maySend($id, $text)) { continue; }
            $touched = true;
            $outcome = $this->answer($id, $text);
            if ($outcome === 'barred') { break; }
            if ($outcome === 'lost') { $this->gateway->pause(1, 'a lost reply'); }
        }
        if ($touched) { $late = $this->refresh(); }
        $words = array_map(fn ($id, $text) => [$id, $this->verdict($id, $text)],
            array_keys($this->state['wants']), $this->state['wants']);
        $open = array_filter($words, fn ($pair) => !in_array($pair[1], ['done', 'refused'], true));
        foreach ($open as [$id, $word]) { fwrite(STDERR, "question $id: $word\n"); }
        return $open !== [] || $late ? 1 : 0;
    }

    public function export(): void {
        foreach ($this->state['rows'] as $id => $row) {
            $line = ['id' => $id, 'status' => $row['status'], 'text' => $row['text'], 'answer' => $row['answer']];
            $text = $this->state['wants'][$id] ?? null;
            if ($text !== null) { $line['state'] = $this->verdict($id, $text); }
            echo json_encode($line, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
        }
    }

    public function reset(): void {
        array_map('unlink', array_filter([$this->file, "$this->file.tmp"], 'is_file'));
    }

    /** Reads all 56 days anew. True when the list is late: it shows less than an earlier one did. */
    private function refresh(): bool {
        $rows = [];
        for ($start = $this->now - self::SPAN; $start < $this->now; $start += self::WINDOW) {
            $rows = $this->window($start, min($start + self::WINDOW, $this->now)) + $rows;
        }
        $late = false;
        foreach ($this->state['rows'] as $id => $old) {
            $row = $rows[$id] ?? null;
            $again = $row !== null && $row['status'] === self::WAITING && in_array($old['status'], self::ANSWERED, true);
            $back = $again && ($old['status'] === 'ANSWERED' || $row['rejection'] === $old['rejection']);
            if ($back || ($row === null && $old['created'] >= $this->now - self::SPAN)) {
                $rows[$id] = $old;
                $late = true;
                fwrite(STDERR, "question $id is older than before: the list is late\n");
            }
        }
        foreach ($rows as $id => $row) {
            if ($row['rejection'] !== null) { $this->state['rejections'][$id][trim($row['rejection'])] = true; }
        }
        $this->state['rows'] = $rows;
        $this->save();
        return $late;
    }

    private function window(int $start, int $end): array {
        for ($round = 0; $round < 4; $round++) {
            $this->gateway->pause($round, 'a list that moved');
            [$rows, $totals, $page] = [[], [], 0];
            do {
                $query = http_build_query(['startDate' => $start, 'endDate' => $end, 'page' => $page, 'size' => 50]);
                $list = $this->gateway->read('list', "$this->root/filter?$query", fn ($value) => $this->isList($value));
                foreach ($list['content'] as $question) { $rows[(string) $question['id']] = $this->row($question); }
                $totals[$list['totalElements']] = true;
            } while (++$page < $list['totalPages']);
            if (array_keys($totals) === [count($rows)]) { return $rows; }
        }
        throw new Stopped('a window of questions could not be read as a whole');
    }

    private function isQuestion(mixed $value): bool {
        return is_array($value) && ctype_digit((string) ($value['id'] ?? '')) && is_string($value['status'] ?? null);
    }

    private function isList(array $value): bool {
        return is_int($value['totalPages'] ?? null) && is_int($value['totalElements'] ?? null) && is_array($value['content'] ?? null)
            && array_filter($value['content'], fn ($row) => !$this->isQuestion($row)) === [];
    }

    private function row(array $question): array {
        return [
            'status' => $question['status'],
            'text' => $question['text'] ?? null,
            'answer' => $question['status'] === self::WAITING ? null : $question['answer']['text'] ?? null,
            'rejection' => $question['rejectedAnswer']['text'] ?? null,
            'created' => (int) ($question['creationDate'] ?? 0),
        ];
    }

    private function entry(int|string $id, string $text): ?array {
        $entry = $this->state['journal'][$id] ?? null;
        return $entry !== null && $entry['text'] === $text ? $entry : null;
    }

    private function verdict(int|string $id, string $text): string {
        [$row, $entry] = [$this->state['rows'][$id] ?? ['status' => ''], $this->entry($id, $text)];
        if (in_array($row['status'], self::ANSWERED, true)) {
            $ours = $row['answer'] === null ? ($entry['outcome'] ?? '') === 'taken' : trim($row['answer']) === trim($text);
            return $ours ? 'done' : 'refused';
        }
        $length = (int) preg_match_all('/./su', $text);
        return match (true) {
            in_array($row['status'], self::CLOSED, true) => 'refused',
            $row['status'] !== self::WAITING => 'unclear',
            $length < 10, $length > 2000, isset($this->state['rejections'][$id][trim($text)]) => 'refused',
            $entry === null => 'pending',
            $entry['tries'] >= self::TRIES => 'failed',
            default => 'unclear',
        };
    }

    private function maySend(int|string $id, string $text): bool {
        [$word, $entry, $row] = [$this->verdict($id, $text), $this->entry($id, $text), $this->state['rows'][$id] ?? null];
        return $word === 'pending' || ($word === 'unclear' && $entry !== null && $row !== null && $row['status'] === self::WAITING
            && match ($entry['outcome']) { 'taken' => false, 'already' => $entry['rejection'] !== $row['rejection'], default => true });
    }

    private function answer(int|string $id, string $text): string {
        [$row, $earlier] = [$this->state['rows'][$id], $this->entry($id, $text)];
        if ($earlier !== null && $this->turkish) { // before a second attempt look at the one question
            try {
                $fresh = $this->row($this->gateway->read('one', "$this->root/$id", fn ($value) => $this->isQuestion($value)));
            } catch (Stopped) {
                return 'look'; // not known, so nothing goes out
            }
            if ($fresh['status'] !== self::WAITING || $fresh['rejection'] !== $row['rejection']) { return 'look'; }
        }
        $entry = ['text' => $text, 'outcome' => 'lost', 'tries' => ($earlier['tries'] ?? 0) + 1,
            'rejection' => $row['rejection'], 'at' => $this->now];
        $this->state['journal'][$id] = $entry;
        $this->save(); // before it goes out: a run that is ended here leaves its trace
        $outcome = $this->outcome($this->gateway->send('answer', "$this->root/$id/answers", ['text' => $text]));
        $this->state['journal'][$id] = $outcome === 'barred' ? $earlier : ['outcome' => $outcome] + $entry;
        $this->state['journal'] = array_filter($this->state['journal']);
        $this->save();
        return $outcome;
    }

    private function outcome(?Reply $reply): string {
        if ($reply === null || $reply->trouble !== '') { return $reply === null ? 'barred' : 'lost'; }
        if (in_array($reply->status, [200, 201, 202, 204], true)) { // an object, a JSON string, or nothing
            $value = json_decode($reply->body, true, 512, JSON_BIGINT_AS_STRING);
            $wrong = $value === null || (is_array($value) && ($value['errors'] ?? $value['error'] ?? $value['exception'] ?? null));
            return trim($reply->body) !== '' && $wrong ? 'lost' : 'taken';
        }
        fwrite(STDERR, "answer: $reply->status " . substr($reply->body, 0, 200) . "\n");
        return match (true) {
            in_array($reply->status, [301, 302, 303, 307, 308, 401, 403, 426], true) => 'barred',
            $reply->status < 400, $reply->status >= 500 => 'lost',
            str_contains($reply->body, 'question.has.already.answered') => 'already',
            default => 'refused',
        };
    }

    private function save(): void {
        if (!is_dir(dirname($this->file))) { mkdir(dirname($this->file), 0777, true); }
        $json = json_encode($this->state, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        if (file_put_contents("$this->file.tmp", $json) === false || !rename("$this->file.tmp", $this->file)) {
            throw new Stopped("cannot write $this->file");
        }
    }
}

try {
    $questions = new Questions(getenv(), ($argv[1] ?? '') !== 'reset');
    match ($argv[1] ?? '') {
        'sync' => exit($questions->sync((string) getenv('CLIENT_WANTED'))),
        'export' => ($argv[2] ?? '') === 'questions' ? $questions->export() : null,
        'reset' => $questions->reset(),
        default => exit(2),
    };
} catch (Throwable $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
