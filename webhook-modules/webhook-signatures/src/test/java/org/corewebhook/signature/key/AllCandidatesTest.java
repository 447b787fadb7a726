package org.corewebhook.signature.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;
import org.junit.jupiter.api.Test;

/** There is no early exit: every candidate is read and compared, wherever the right one stands. */
class AllCandidatesTest {

    private static final SignedContent CONTENT = SignedContent.of("content");
    private static final HmacKey HMAC = HmacKey.of("SHA-256", Secret.of("key"));

    @Test
    void allCandidatesAreReadWhereverTheRightOneStands() {
        VerificationKey key = new SchemeKeyOf(SignatureAlgorithm.HMAC_SHA256).decode("key");
        byte[] right = CONTENT.sign(HMAC);
        byte[] wrong = new byte[32];

        assertAllRead(key, true, List.of(right, wrong, wrong));
        assertAllRead(key, true, List.of(wrong, wrong, right));
        assertAllRead(key, false, List.of(wrong, wrong, wrong));
    }

    @Test
    void theSameKeyGivesTheSameAnswersAgainAndAgain() {
        assertThat(CONTENT.sign(HMAC)).isEqualTo(CONTENT.sign(HMAC));
    }

    private static void assertAllRead(VerificationKey key, boolean verifies, List<byte[]> candidates) {
        AtomicInteger read = new AtomicInteger();
        List<byte[]> counted = new AbstractList<>() {
            @Override
            public byte[] get(int index) {
                read.incrementAndGet();
                return candidates.get(index);
            }

            @Override
            public int size() {
                return candidates.size();
            }
        };
        assertThat(key.verifies(CONTENT, counted)).isEqualTo(verifies);
        assertThat(read).hasValue(candidates.size());
    }

    private record SchemeKeyOf(SignatureAlgorithm algorithm) {
        VerificationKey decode(String key) {
            return KeyFormat.TEXT.decode(Secret.of(key), algorithm);
        }
    }
}
