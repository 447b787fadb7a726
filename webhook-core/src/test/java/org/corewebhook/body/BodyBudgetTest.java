package org.corewebhook.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.corewebhook.ErrorKind;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final BodyBudget budget = new BodyBudget(16 * MIB);

    @Test
    void strangersCannotTakeItAllSoThatSmallBodiesStillGetThrough() {
        BodyBudget.Reservation stranger = budget.open("203.0.113.1");
        assertThatThrownBy(() -> {
                    while (true) {
                        stranger.grow(MIB);
                    }
                })
                .isInstanceOfSatisfying(BodyRefusedException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    assertThat(e.retryAfter()).isNotNull();
                });
        assertThat(stranger.bytes()).isEqualTo(6 * MIB);
        BodyBudget.Reservation proven = budget.open("203.0.113.1");
        proven.proven();
        proven.grow(7 * MIB);
        budget.open("203.0.113.2").grow(BodyBudget.SMALL);
    }

    @Test
    void givesEverythingBackWhenClosedAlsoTwice() {
        BodyBudget.Reservation reservation = budget.open("203.0.113.1");
        reservation.grow(5 * MIB);
        assertThat(reservation.isHandedOver()).isFalse();
        BodyBudget.Reservation taken = reservation.handOver();
        assertThat(reservation.isHandedOver()).isTrue();
        assertThat(budget.reservedBytes()).isEqualTo(5 * MIB);
        taken.close();
        taken.close();
        assertThat(budget.reservedBytes()).isZero();
        budget.open("203.0.113.1").grow(6 * MIB);
    }

    @Test
    void waitsForSoManySlowBodiesOnlyWhileThoseThatAreHereGetThrough() {
        BodyBudget narrow = new BodyBudget(16 * MIB, 4);
        BodyBudget.Reservation slow = narrow.open("203.0.113.1");
        slow.beginWaiting();
        narrow.open("203.0.113.1").beginWaiting();
        byte[] here = {1, 2, 3, 4};

        assertThatThrownBy(() -> unannounced(here).read(100, SOON, narrow.open("203.0.113.1")))
                .as("one address may not take more than half")
                .isInstanceOfSatisfying(BodyRefusedException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    assertThat(e.retryAfter()).isNotNull();
                });
        assertThat(unannounced(here).read(100, SOON, narrow.open("203.0.113.2")))
                .isEqualTo(here);
        narrow.open("203.0.113.2").beginWaiting();
        narrow.open("203.0.113.3").beginWaiting();
        assertThatThrownBy(() -> unannounced(here).read(100, SOON, narrow.open("203.0.113.4")))
                .isInstanceOf(BodyRefusedException.class);
        assertThat(RequestBody.of(new ByteArrayInputStream(here), 4).read(100, SOON, narrow.open("203.0.113.4")))
                .as("what is here holds no thread")
                .isEqualTo(here);

        slow.endWaiting();
        assertThat(unannounced(here).read(100, SOON, narrow.open("203.0.113.4")))
                .isEqualTo(here);
    }

    /** A body in chunks: it cannot be known whether it is here. */
    private static RequestBody unannounced(byte[] bytes) {
        return RequestBody.of(new ByteArrayInputStream(bytes), -1);
    }

    @Property(tries = 200)
    void readsExactlyTheBytesThatWereSentWhateverTheirNumber(
            @ForAll @IntRange(max = 400_000) int length, @ForAll boolean declared, @ForAll long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        BodyBudget.Reservation reservation = budget.open("203.0.113.1");
        byte[] read = RequestBody.of(trickling(bytes), declared ? length : -1).read(length, SOON, reservation);
        assertThat(read).isEqualTo(bytes);
        assertThat(reservation.bytes()).isEqualTo(length);
        reservation.close();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void stopsReadingAtTheLimit() {
        for (int declared : new int[] {-1, 200_000}) {
            RequestBody body = RequestBody.of(new ByteArrayInputStream(new byte[200_000]), declared);
            assertThatThrownBy(() -> body.read(100_000, SOON, budget.open("x")))
                    .isInstanceOfSatisfying(
                            BodyRefusedException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE));
        }
    }

    @Test
    void aLengthThatWasAnnouncedAndNeverSentCostsNothing() {
        BodyBudget.Reservation reservation = budget.open("x");
        RequestBody body = RequestBody.of(new ByteArrayInputStream(new byte[10]), 10 * MIB);
        assertThatThrownBy(() -> body.read(10 * MIB, SOON, reservation)).hasMessage("Failed to read request body");
        assertThat(reservation.bytes()).isLessThan(64 * 1024);
    }

    @Test
    void refusesABodyThatTrickles() {
        RequestBody body = RequestBody.of(trickling(new byte[100]), 100);
        assertThatThrownBy(() -> body.read(1000, Duration.ZERO, budget.open("x")))
                .isInstanceOfSatisfying(
                        BodyRefusedException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.REQUEST_TIMEOUT));
    }

    private static InputStream trickling(byte[] bytes) {
        return new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 1 + length / 3));
            }
        };
    }
}
