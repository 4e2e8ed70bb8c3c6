<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // A middleware sends again whatever met an error of the server, be it a read or a write.
    'retry-middleware' => ['is_undone' => fn (Problem $problem): bool => true],
];
