/** The output {@code s3}: events as objects in Amazon S3 or a store that speaks its protocol. */
@NullMarked
package org.corewebhook.s3;

import org.jspecify.annotations.NullMarked;
