package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacKeyTest {

    private static final Secret SECRET = Secret.of("Jefe");
    private static final byte[] MESSAGE = "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8);

    @Test
    void signsTheSameFromManyThreads() {
        HmacKey key = HmacKey.of("SHA-256", SECRET);
        List<byte[]> messages = IntStream.range(0, 2000)
                .mapToObj(i -> "x".repeat(i % 500).getBytes(StandardCharsets.UTF_8))
                .toList();
        List<byte[]> alone = messages.stream()
                .map(message -> HmacKey.of("SHA-256", SECRET).sign(message))
                .toList();

        List<byte[]> together = messages.parallelStream().map(key::sign).toList();

        assertThat(together)
                .usingElementComparator((a, b) -> java.util.Arrays.compare(a, b))
                .isEqualTo(alone);
    }

    @ParameterizedTest
    @CsvSource({"SHA-1, HmacSHA1, 20", "SHA-256, HmacSHA256, 32", "SHA-384, HmacSHA384, 48", "SHA-512, HmacSHA512, 64"})
    void signsLikeTheMacOfTheJdkWhateverTheLengths(String hash, String algorithm, int length) {
        Random random = new Random(2104);
        for (int size = 1; size <= 300; size++) {
            byte[] secret = bytes(random, size);
            byte[] message = bytes(random, random.nextInt(300));
            HmacKey key = HmacKey.of(hash, Secret.of(secret));

            assertThat(key.sign(message)).hasSize(length).isEqualTo(mac(algorithm, secret, message));
            assertThat(key.length()).isEqualTo(length);
        }
    }

    @Test
    void signsPartsAsOneMessage() {
        HmacKey key = HmacKey.of("SHA-256", SECRET);

        assertThat(key.sign(MESSAGE, new byte[0], MESSAGE))
                .isEqualTo(mac("HmacSHA256", SECRET.revealBytes(), MESSAGE, MESSAGE));
        assertThat(key.sign()).isEqualTo(mac("HmacSHA256", SECRET.revealBytes()));
    }

    @Test
    void signsWhenTheProviderCannotClone() {
        HmacKey key = new HmacKey(NotCloneable::new, SECRET);

        assertThat(key.sign(MESSAGE)).isEqualTo(mac("HmacSHA256", SECRET.revealBytes(), MESSAGE));
        assertThat(key.sign(MESSAGE)).isEqualTo(key.sign(MESSAGE));
        assertThat(key.length()).isEqualTo(32);
    }

    @Test
    void aHashThatNobodyKnowsIsSaidByName() {
        assertThatThrownBy(() -> HmacKey.of("SHA-0", SECRET))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This Java runtime cannot compute SHA-0");
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mac(String algorithm, byte[] secret, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SHA-256 of a provider that cannot copy what it has begun. */
    private static final class NotCloneable extends MessageDigest {

        private final MessageDigest real;

        NotCloneable() {
            super("SHA-256");
            try {
                this.real = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected int engineGetDigestLength() {
            return real.getDigestLength();
        }

        @Override
        protected void engineUpdate(byte input) {
            real.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            real.update(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            return real.digest();
        }

        @Override
        protected void engineReset() {
            real.reset();
        }
    }
}
