/** The outputs {@code redis_rq}, {@code redis_publish}, {@code redis_stream} and {@code redis_list}. */
@NullMarked
package org.corewebhook.redis;

import org.jspecify.annotations.NullMarked;
