<?php
// Leads what PHP's streams ask through the proxy of TRENDYOL_EMULATOR_PROXY; curl reads the environment itself.
// A context of the program's own has no proxy, and nothing but a wrapper comes between them and the network.

final class TrendyolEmulatorStream implements ArrayAccess, Countable, IteratorAggregate
{
    /** @var resource|null The context that the program gave. */
    public $context;
    /** @var resource|null What PHP's own wrapper opened. */
    private $stream;
    /** @var array The headers of the answer, as stream_get_meta_data gives them in wrapper_data. */
    private $headers = [];

    public static function register(): void
    {
        foreach (['http', 'https'] as $scheme) {
            if (in_array($scheme, stream_get_wrappers(), true)) {
                stream_wrapper_unregister($scheme);
                stream_wrapper_register($scheme, self::class, STREAM_IS_URL);
            }
        }
    }

    public static function restore(): void
    {
        foreach (['http', 'https'] as $scheme) {
            @stream_wrapper_restore($scheme);
        }
    }

    public function stream_open(string $path, string $mode, int $options, ?string &$opened): bool
    {
        $values = stream_context_get_options($this->context ?? stream_context_get_default());
        $parameters = $this->context ? stream_context_get_params($this->context) : [];
        unset($parameters['options']);
        $host = trim(strtolower((string) parse_url($path, PHP_URL_HOST)), '[]');
        if (!isset($values['http']['proxy']) && !self::isDirect($host)) {
            $values['http']['proxy'] = str_replace('http://', 'tcp://', (string) getenv('TRENDYOL_EMULATOR_PROXY'));
        }
        self::restore();
        try {
            $context = stream_context_create($values, $parameters);
            $stream = ($options & STREAM_REPORT_ERRORS) ? fopen($path, $mode, false, $context) : @fopen($path, $mode, false, $context);
            $this->headers = $http_response_header ?? [];
            // Where the program reads it outside of functions; inside of them only PHP's own wrapper can set it.
            $GLOBALS['http_response_header'] = $this->headers;
        } finally {
            self::register();
        }
        $this->stream = is_resource($stream) ? $stream : null;
        return $this->stream !== null;
    }

    private static function isDirect(string $host): bool
    {
        return $host === 'localhost' || $host === '::1' || strncmp($host, '127.', 4) === 0;
    }

    /** @return string|false */
    public function stream_read(int $count)
    {
        return fread($this->stream, $count);
    }

    public function stream_eof(): bool
    {
        return feof($this->stream);
    }

    /** @return array|false */
    public function stream_stat()
    {
        return fstat($this->stream);
    }

    /** @return array|false */
    public function url_stat(string $path, int $flags)
    {
        return false;
    }

    public function stream_close(): void
    {
        fclose($this->stream);
    }

    /** @return resource|false */
    public function stream_cast(int $as)
    {
        return $this->stream ?? false;
    }

    public function stream_set_option(int $option, int $first, ?int $second): bool
    {
        if ($option === STREAM_OPTION_BLOCKING) {
            return stream_set_blocking($this->stream, (bool) $first);
        }
        return $option === STREAM_OPTION_READ_TIMEOUT && stream_set_timeout($this->stream, $first, (int) $second);
    }

    public function count(): int
    {
        return count($this->headers);
    }

    public function getIterator(): Iterator
    {
        return new ArrayIterator($this->headers);
    }

    /** @param mixed $key */
    public function offsetExists($key): bool
    {
        return isset($this->headers[$key]);
    }

    /** @param mixed $key */
    #[\ReturnTypeWillChange]
    public function offsetGet($key)
    {
        return $this->headers[$key];
    }

    /** @param mixed $key @param mixed $value */
    public function offsetSet($key, $value): void
    {
    }

    /** @param mixed $key */
    public function offsetUnset($key): void
    {
    }
}

if (getenv('TRENDYOL_EMULATOR_PROXY')) {
    TrendyolEmulatorStream::register();
}
