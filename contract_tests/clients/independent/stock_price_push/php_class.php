<?php
/*
 * Brings a shop's own stock and prices to Trendyol (price-and-inventory) and keeps what is known of each row.
 * Usage: php client.php sync | export stock | reset
 *
 * Only fields that changed since Trendyol took them are sent, so a new price never restores stock that was sold.
 * A row whose batch is not done is not sent again; a row whose fate is unknown is compared with the listing first.
 */
declare(strict_types=1);

final class Client
{
    private const SECONDS = 100;
    private const RESULT_MS = 4 * 3600 * 1000;
    private string $store, $seller;
    private float $pause, $start;
    private int $now,
        $splits = 0;
    private bool $stop = false;
    /** rows: barcode => {done, sent {v, batch, at}, fail}; batches: id => {at, miss} */
    private array $state = ["turn" => 0, "rows" => [], "batches" => []];
    private array $wanted = [],
        $tried = [],
        $compared = [],
        $unread = [];
    public function __construct()
    {
        $this->start = microtime(true);
        $this->store = (string) getenv("CLIENT_STORE");
        $this->seller = (string) getenv("TRENDYOL_SELLER_ID");
        $pause = getenv("CLIENT_PAUSE_SECONDS");
        $this->pause = is_numeric($pause) ? min(10.0, max(0.0, (float) $pause)) : 5.0;
        $now = getenv("TRENDYOL_NOW_MS");
        $this->now = is_numeric($now) ? (int) $now : (int) (microtime(true) * 1000);
        $kept = is_file($this->store) ? json_decode((string) file_get_contents($this->store), true) : null;
        if (is_array($kept) && isset($kept["rows"], $kept["batches"])) {
            $this->state = $kept + $this->state;
        }
        foreach ($this->state["rows"] as $key => $row) {
            if (isset($row["sent"]) && $row["sent"]["batch"] === null) {
                $this->unclear((string) $key);
            }
        }
    }
    public function reset(): int
    {
        return !is_file($this->store) || unlink($this->store) ? 0 : 1;
    }
    public function export(): int
    {
        foreach ($this->readWanted() as $row) {
            $key = $this->key($row["barcode"]);
            $known = $this->state["rows"][$key] ?? [];
            $out = ["barcode" => (string) $row["barcode"], "quantity" => $row["quantity"] ?? null];
            foreach (["salePrice", "listPrice"] as $field) {
                if (isset($row[$field])) {
                    $out[$field] = $row[$field];
                }
            }
            $values = $this->values($row);
            $out["state"] = match (true) {
                isset($known["sent"]["batch"]) => "pending",
                isset($known["sent"]) => "unclear",
                $values === null => "failed",
                $this->diff($values, $known["done"] ?? []) === [] => "pushed",
                isset($known["fail"]) => "failed",
                default => "pending",
            };
            echo json_encode($out, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR),
                "\n";
        }
        return 0;
    }
    public function sync(): int
    {
        $bad = 0;
        foreach ($this->readWanted() as $row) {
            $values = $this->values($row);
            $key = $this->key($row["barcode"]);
            if ($values === null || $key === "") {
                $this->say("row not valid: $key");
                $bad++;
                unset($this->wanted[$key]);
                continue;
            }
            $this->wanted[$key] = $values;
        }
        $this->poll($this->held() ? 3 : 1);
        for ($round = 0; $round < 2 && !$this->stop; $round++) {
            $this->compare(1);
            if (!$this->push()) {
                break;
            }
            $this->poll(10);
        }
        $this->compare(3);
        $this->save();
        $undone = $bad;
        foreach ($this->wanted as $key => $values) {
            $row = $this->state["rows"][$key] ?? [];
            $sent = $row["sent"] ?? null;
            $waits = $sent === null || ($sent["batch"] !== null && !isset($this->unread[$sent["batch"]]));
            if (!$waits || $this->diff($values, ($sent["v"] ?? []) + ($row["done"] ?? [])) !== []) {
                $undone++;
            }
        }
        if ($undone > 0) {
            $this->say("$undone rows stay undone");
        }
        return $undone > 0 ? 1 : 0;
    }
    private function readWanted(): array
    {
        $path = (string) getenv("CLIENT_WANTED");
        $rows = [];
        foreach ($path === "" ? [] : file($path, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $line) {
            if (trim($line) !== "") {
                $row = json_decode($line, true, 16, JSON_THROW_ON_ERROR);
                $rows[(string) $row["barcode"] . "\n"] = $row;
            }
        }
        return array_values($rows);
    }
    /** Trendyol keeps barcodes without blanks; "=" keeps PHP from making numbers of the keys. */
    private function key(mixed $barcode): string
    {
        $bare = preg_replace("/\s+/u", "", (string) $barcode);
        return $bare === "" || $bare === null ? "" : "=$bare";
    }
    private function values(array $row): ?array
    {
        $quantity = $row["quantity"] ?? null;
        if (!is_int($quantity) || $quantity < 0 || $quantity > 20000) {
            return null;
        }
        $out = ["quantity" => $quantity];
        if (isset($row["salePrice"]) || isset($row["listPrice"])) {
            [$sale, $list] = [$row["salePrice"] ?? null, $row["listPrice"] ?? null];
            if (!is_numeric($sale) || !is_numeric($list) || $sale <= 0 || $sale > $list) {
                return null;
            }
            $out += ["salePrice" => (float) $sale, "listPrice" => (float) $list];
        }
        return $out;
    }
    private function same(mixed $a, mixed $b): bool
    {
        return is_numeric($a) && is_numeric($b) && abs((float) $a - (float) $b) < 0.000001;
    }
    /** The fields of $values that $known does not hold; prices go as a pair. */
    private function diff(array $values, array $known): array
    {
        $out = [];
        foreach ($values as $field => $value) {
            if (!$this->same($value, $known[$field] ?? null)) {
                $out[$field] = $value;
            }
        }
        if (isset($out["salePrice"]) || isset($out["listPrice"])) {
            $out["salePrice"] = $values["salePrice"];
            $out["listPrice"] = $values["listPrice"];
        }
        return $out;
    }
    /** It is no longer known what stands on Trendyol in the fields that were sent. */
    private function unclear(string $key): void
    {
        $row = &$this->state["rows"][$key];
        $row["sent"]["batch"] = null;
        $row["done"] = array_diff_key($row["done"] ?? [], $row["sent"]["v"]);
    }
    private function settle(string $key, ?string $failure): void
    {
        $row = &$this->state["rows"][$key];
        if ($failure === null) {
            $row["done"] = $row["sent"]["v"] + ($row["done"] ?? []);
            unset($row["fail"]);
        } else {
            $row["fail"] = $failure;
            $this->say(substr($key, 1) . ": $failure");
        }
        unset($row["sent"]);
    }
    private function held(): bool
    {
        foreach ($this->wanted as $key => $values) {
            $row = $this->state["rows"][$key] ?? [];
            if (
                isset($row["sent"]["batch"]) &&
                $this->diff($values, $row["sent"]["v"] + ($row["done"] ?? [])) !== []
            ) {
                return true;
            }
        }
        return false;
    }
    /** Sends what is to be sent, each row once a run; says whether anything was tried. */
    private function push(): bool
    {
        $fresh = $again = [];
        foreach ($this->wanted as $key => $values) {
            $row = $this->state["rows"][$key] ?? [];
            $sent = $row["sent"] ?? null;
            $diff = $this->diff($values, $row["done"] ?? []);
            if (isset($this->tried[$key]) || isset($sent["batch"])) {
                continue;
            }
            if ($sent !== null && !isset($this->compared[$key]) && $this->diff($diff, $sent["v"]) === []) {
                continue; // nobody could look whether it was taken
            }
            if ($diff === []) {
                unset($this->state["rows"][$key]["fail"]);
            } elseif (isset($row["fail"])) {
                $again[$key] = $diff;
            } else {
                $fresh[$key] = $diff;
            }
        }
        if ($fresh === [] && $again === []) {
            return false;
        }
        $turn = $this->state["turn"]++;
        foreach ([[$fresh, 1000], [$again, 200]] as [$rows, $size]) {
            $from = $rows === [] ? 0 : $turn % count($rows);
            $rows = array_slice($rows, $from, null, true) + array_slice($rows, 0, $from, true);
            foreach (array_chunk($rows, $size, true) as $chunk) {
                if ($this->stop || $this->left() < 15) {
                    return true;
                }
                $this->send($chunk);
            }
        }
        return true;
    }
    private function send(array $chunk): void
    {
        $items = [];
        foreach ($chunk as $key => $values) {
            $this->tried[$key] = true;
            $items[] = ["barcode" => substr($key, 1)] + $values;
            $lost[$key] = isset($this->state["rows"][$key]["sent"]); // an older call of unknown fate
            $older[$key] = $this->state["rows"][$key]["sent"] ?? null;
            $this->state["rows"][$key]["sent"] = ["v" => $values, "batch" => null, "at" => $this->world()];
        }
        $this->save();
        $path = "/integration/inventory/sellers/{$this->seller}/products/price-and-inventory";
        $good = fn(array $json): bool => is_string($json["batchRequestId"] ?? null) &&
            $json["batchRequestId"] !== "";
        $answer = $this->call("POST", $path, ["items" => $items], $good);
        if ($answer["good"]) {
            $id = $answer["json"]["batchRequestId"];
            $this->state["batches"][$id] = ["at" => $this->world(), "miss" => 0];
            foreach ($chunk as $key => $values) {
                if ($answer["maybe"] || $lost[$key]) {
                    $this->unclear($key);
                }
                $this->state["rows"][$key]["sent"]["batch"] = $id;
            }
        } elseif ($answer["maybe"] || $answer["twice"]) {
            foreach ($chunk as $key => $values) {
                $this->unclear($key);
            }
            $this->stop = $this->stop || !$answer["twice"];
        } else {
            foreach ($chunk as $key => $values) {
                unset($this->state["rows"][$key]["sent"]);
                if ($older[$key] !== null) {
                    $this->state["rows"][$key]["sent"] = $older[$key];
                }
            }
            $whole = preg_match("/storefront|supplier|seller|authori/i", $answer["text"]) === 1;
            if (in_array($answer["status"], [400, 413, 422], true) && !$whole) {
                if (count($chunk) === 1) {
                    $key = (string) array_key_first($chunk);
                    $this->state["rows"][$key]["fail"] = "refused: " . substr($answer["text"], 0, 200);
                } elseif ($this->splits++ < 40) {
                    foreach (array_chunk($chunk, intdiv(count($chunk) + 1, 2), true) as $half) {
                        if (!$this->stop) {
                            $this->send($half);
                        }
                    }
                }
            } else {
                $this->stop = true;
            }
        }
        $this->save();
    }
    /** Looks at all open batches until they are done or $looks are used up. */
    private function poll(int $looks): void
    {
        for ($look = 0; $look < $looks && $this->state["batches"] !== []; $look++) {
            if ($look > 0 && !$this->rest($this->pause)) {
                break;
            }
            foreach (array_keys($this->state["batches"]) as $id) {
                $this->look((string) $id);
            }
            $this->save();
        }
    }
    private function look(string $id): void
    {
        $open = array_filter(
            $this->state["rows"],
            fn(array $row): bool => ($row["sent"]["batch"] ?? null) === $id,
        );
        $path = "/integration/product/sellers/{$this->seller}/products/batch-requests/" . rawurlencode($id);
        $good = fn(array $json): bool => ($json["batchRequestId"] ?? $id) === $id &&
            (isset($json["items"]) ? is_array($json["items"]) : isset($json["status"]));
        $answer = $this->call("GET", $path, null, $good);
        $batch = &$this->state["batches"][$id];
        $age = $this->world() - $batch["at"];
        unset($this->unread[$id]);
        if (!$answer["good"]) {
            $this->unread[$id] = true;
            $missing = in_array($answer["status"], [404, 410], true);
            if (!$missing || (++$batch["miss"] < 3 && $age < self::RESULT_MS)) {
                return;
            }
            $gone = true;
        } else {
            $items = $answer["json"]["items"] ?? [];
            $running = false;
            foreach ($items as $item) {
                $status = is_array($item) ? strtoupper((string) ($item["status"] ?? "")) : "";
                $key = is_array($item) ? $this->key($item["requestItem"]["barcode"] ?? "") : "";
                if ($status !== "SUCCESS" && $status !== "FAILED") {
                    $running = true;
                } elseif (isset($open[$key])) {
                    $sent = $open[$key]["sent"]["v"];
                    $echo = array_filter(array_intersect_key($item["requestItem"], $sent), "is_numeric");
                    if ($this->diff($echo + $sent, $sent) !== []) {
                        $this->unclear($key); // it speaks of other values than ours
                    } else {
                        $why = array_filter((array) ($item["failureReasons"] ?? []), "is_string");
                        $this->settle($key, $status === "SUCCESS" ? null : (implode("; ", $why) ?: "failed"));
                    }
                    unset($open[$key]);
                }
            }
            $top = strtoupper((string) ($answer["json"]["status"] ?? ""));
            $whole = $items !== [] && !$running && count($items) >= (int) ($answer["json"]["itemCount"] ?? 0);
            $over = $top === "COMPLETED" || ($top === "" && $whole);
            $gone =
                ($over && ++$batch["miss"] >= 3) ||
                ($items === [] && $age >= self::RESULT_MS) ||
                $age >= 6 * self::RESULT_MS;
        }
        if ($open === [] || $gone) {
            foreach (array_keys($open) as $key) {
                $this->unclear($key);
            }
            unset($batch, $this->state["batches"][$id], $this->unread[$id]);
        }
    }
    /** Rows of unknown fate: what the listing shows exactly as wanted has come into effect. */
    private function compare(int $looks): void
    {
        for ($look = 0; $look < $looks && !$this->stop; $look++) {
            $ask = [];
            foreach ($this->wanted as $key => $values) {
                $sent = $this->state["rows"][$key]["sent"] ?? null;
                $diff = $this->diff($values, $this->state["rows"][$key]["done"] ?? []);
                if ($sent !== null && $sent["batch"] === null && $this->diff($diff, $sent["v"]) === []) {
                    $ask[$key] = substr($key, 1);
                }
            }
            if ($ask === [] || ($look > 0 && !$this->rest(max(1.0, $this->pause)))) {
                return;
            }
            foreach (array_chunk($ask, 50, true) as $some) {
                $query = http_build_query(["barcodes" => implode(",", $some), "page" => 0, "size" => 100]);
                $path = "/integration/product/sellers/{$this->seller}/products/approved/inventory-and-price?$query";
                $answer = $this->call(
                    "GET",
                    $path,
                    null,
                    fn(array $json): bool => is_array($json["content"] ?? null),
                );
                if (!$answer["good"] || !$this->rest(0.2)) {
                    break;
                }
                $this->compared += array_fill_keys(array_keys($some), true);
                foreach ($answer["json"]["content"] as $content) {
                    foreach ($content["variants"] ?? [] as $shown) {
                        $key = $this->key($shown["barcode"] ?? "");
                        $sent = isset($some[$key]) ? $this->state["rows"][$key]["sent"] ?? null : null;
                        if ($sent !== null && $this->diff($sent["v"], $shown) === []) {
                            $this->settle($key, null);
                        }
                    }
                }
            }
            $this->save();
        }
    }
    /** One call with its repetitions. maybe: the service may have taken it without our knowing. */
    private function call(string $method, string $path, ?array $body, callable $good): array
    {
        $out = [
            "status" => 0,
            "text" => "",
            "json" => null,
            "good" => false,
            "maybe" => false,
            "twice" => false,
        ];
        for ($try = 0; $try < 4 && !$this->stop && $this->left() > 3; $try++) {
            [$status, $text, $after, $sent] = $this->request($method, $path, $body);
            $json = json_decode($text, true);
            $plain = is_array($json) ? (string) json_encode($json, JSON_UNESCAPED_UNICODE) : $text;
            $out = ["status" => $status, "text" => $plain, "json" => $json] + $out;
            $fine = $status >= 200 && $status < 300;
            if ($fine && is_array($json) && $good($json)) {
                return ["good" => true] + $out;
            }
            $out["twice"] =
                $status >= 400 &&
                $status < 500 &&
                preg_match("/15\s*(dakika|dk|min)|same request|aynı isteğ/ui", $plain) === 1;
            if (
                $out["twice"] ||
                ($status >= 400 && $status < 500 && !in_array($status, [401, 403, 408, 429], true))
            ) {
                return $out;
            }
            $out["maybe"] =
                $out["maybe"] || $fine || $status >= 500 || $status === 408 || ($status === 0 && $sent);
            $this->say("$method answered with $status");
            $wait = $after ?? ($status === 429 ? [3, 6, 11, 11] : [1, 2, 4, 4])[$try];
            if (($try < 3 || $after !== null) && !$this->rest((float) $wait)) {
                $this->stop = true; // asked to wait for longer than this run may last
            }
        }
        return $out;
    }
    private function request(string $method, string $path, ?array $body): array
    {
        $after = $date = null;
        $headers = ["Accept: application/json", "Accept-Language: en", "Expect:"];
        if ((string) getenv("TRENDYOL_STOREFRONT") !== "") {
            $headers[] = "storeFrontCode: " . getenv("TRENDYOL_STOREFRONT");
        }
        $curl = curl_init(rtrim((string) getenv("TRENDYOL_BASE_URL"), "/") . $path);
        if ($body !== null) {
            $headers[] = "Content-Type: application/json";
            curl_setopt(
                $curl,
                CURLOPT_POSTFIELDS,
                json_encode($body, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR),
            );
        }
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_USERAGENT => "{$this->seller} - SelfIntegration",
            CURLOPT_ENCODING => "",
            CURLOPT_USERPWD => getenv("TRENDYOL_API_KEY") . ":" . getenv("TRENDYOL_API_SECRET"),
            CURLOPT_HTTPAUTH => CURLAUTH_BASIC,
            CURLOPT_CONNECTTIMEOUT => 5,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_TIMEOUT_MS => (int) (1000 * max(1.0, min(25.0, $this->left()))),
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$after, &$date): int {
                if (preg_match('/^(retry-after|date):\s*(.+?)\s*$/i', $line, $m) === 1) {
                    strtolower($m[1]) === "date" ? ($date = $m[2]) : ($after = $m[2]);
                }
                return strlen($line);
            },
        ]);
        $text = curl_exec($curl);
        $errno = curl_errno($curl);
        $status = $errno === 0 ? (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE) : 0;
        $sent = !in_array($errno, [CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT], true);
        if ($after !== null && !is_numeric($after)) {
            $base = $date !== null ? strtotime($date) : intdiv($this->world(), 1000);
            $after = strtotime($after) === false ? null : max(0, strtotime($after) - (int) $base);
        }
        return [
            $status,
            is_string($text) ? $text : "",
            $after === null ? null : max(0.0, (float) $after),
            $sent,
        ];
    }
    private function left(): float
    {
        return self::SECONDS - (microtime(true) - $this->start);
    }
    private function world(): int
    {
        return $this->now + (int) (1000 * (microtime(true) - $this->start));
    }
    private function rest(float $seconds): bool
    {
        if ($seconds > $this->left() - 3) {
            return false;
        }
        usleep((int) ($seconds * 1000000));
        return true;
    }
    private function say(string $text): void
    {
        fwrite(STDERR, "$text\n");
    }
    private function save(): void
    {
        $text = json_encode(
            $this->state,
            JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR,
        );
        if (
            file_put_contents("{$this->store}.new", $text) === false ||
            !rename("{$this->store}.new", $this->store)
        ) {
            throw new RuntimeException("the store cannot be written");
        }
    }
}
try {
    $verb = $argv[1] ?? "";
    exit(
        match (true) {
            $verb === "sync" => (new Client())->sync(),
            $verb === "export" => ($argv[2] ?? "") === "stock" ? (new Client())->export() : 0,
            $verb === "reset" => (new Client())->reset(),
            default => 2,
        }
    );
} catch (Throwable $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
