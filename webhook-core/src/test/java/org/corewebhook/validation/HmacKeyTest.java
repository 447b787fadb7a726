package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;
import org.junit.jupiter.api.Test;

class HmacKeyTest {

    private static final Secret SECRET = Secret.of("Jefe");

    @Test
    void signsTheSameFromManyThreads() {
        HmacKey key = HmacKey.of("HmacSHA256", SECRET);
        List<byte[]> messages = IntStream.range(0, 2000)
                .mapToObj(i -> "x".repeat(i % 500).getBytes(StandardCharsets.UTF_8))
                .toList();
        List<byte[]> alone = messages.stream()
                .map(message -> HmacKey.of("HmacSHA256", SECRET).sign(message))
                .toList();

        List<byte[]> together = messages.parallelStream().map(key::sign).toList();

        assertThat(together)
                .usingElementComparator((a, b) -> java.util.Arrays.compare(a, b))
                .isEqualTo(alone);
    }

    @Test
    void signsWhenTheProviderCannotClone() throws NoSuchAlgorithmException, InvalidKeyException {
        Mac real = Mac.getInstance("HmacSHA256");
        Mac prototype = new Mac(new NotCloneable(), real.getProvider(), "HmacSHA256") {};
        prototype.init(new SecretKeySpec(SECRET.revealBytes(), "HmacSHA256"));
        byte[] message = "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8);

        assertThat(new HmacKey(prototype, SECRET).sign(message))
                .isEqualTo(HmacKey.of("HmacSHA256", SECRET).sign(message));
    }

    /** Can nothing but say how long its hashes are. */
    private static final class NotCloneable extends MacSpi {
        @Override
        protected int engineGetMacLength() {
            return 32;
        }

        @Override
        protected void engineInit(Key key, AlgorithmParameterSpec parameters) {}

        @Override
        protected void engineUpdate(byte input) {}

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {}

        @Override
        protected byte[] engineDoFinal() {
            return new byte[0];
        }

        @Override
        protected void engineReset() {}
    }
}
