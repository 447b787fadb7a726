package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to the journal is read again exactly, and nothing else is. */
class JournalTest {

    private static final long TOKEN = 0x1234_5678_9abc_def0L;

    @TempDir
    Path folder;

    @Test
    void readsEventsExactlyAndLeavesThoseOutThatHaveEnded() throws Exception {
        JournalEntry first = entry(1, "{\"a\":\"é\"}".getBytes(UTF_8), "orders/a", "orders/é");
        JournalEntry second = entry(2, new byte[0], "orders/a");
        JournalEntry third = entry(3, bytes(200_000), "orders/b");
        try (Journal journal = journal()) {
            journal.write(TOKEN, List.of(first, second), List.of());
            journal.write(TOKEN, List.of(third), List.of(2L));
        }
        Journal.Content content = journal().read(TOKEN);
        assertThat(content.lastSequence()).isEqualTo(3);
        assertThat(content.entries()).hasSize(2);
        isAsWritten(content.entries().get(0), first);
        isAsWritten(content.entries().get(1), third);
    }

    @Test
    void readsABatchThatIsLargerThanItsBuffer() throws Exception {
        List<JournalEntry> batch = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            batch.add(entry(i, bytes(100_000 + i), "orders/a"));
        }
        try (Journal journal = journal()) {
            journal.write(TOKEN, batch, List.of());
        }
        List<JournalEntry> read = journal().read(TOKEN).entries();
        assertThat(read).hasSize(40);
        for (int i = 0; i < 40; i++) {
            isAsWritten(read.get(i), batch.get(i));
        }
    }

    @Test
    void isEmptyWithoutAFileAndKeepsItsSizeWithOne() throws Exception {
        assertThat(journal().read(TOKEN).entries()).isEmpty();
        try (Journal journal = journal()) {
            journal.write(TOKEN, List.of(entry(1, bytes(10), "orders/a")), List.of());
            assertThat(Files.size(file())).isEqualTo(Journal.CAPACITY);
            journal.write(TOKEN, List.of(entry(2, bytes(10), "orders/a")), List.of());
            assertThat(Files.size(file())).isEqualTo(Journal.CAPACITY);
        }
    }

    @Test
    void forgetsAnEarlierRoundEvenWhereItWasNotWrittenOver() throws Exception {
        try (Journal journal = journal()) {
            for (int i = 1; i <= 50; i++) {
                journal.write(TOKEN, List.of(entry(i, bytes(3000), "orders/a")), List.of());
            }
            journal.restart();
            journal.write(TOKEN + 1, List.of(entry(51, bytes(10), "orders/a")), List.of());
        }
        assertThat(sequences(journal().read(TOKEN + 1))).containsExactly(51L);
    }

    @Test
    void saysWhenThereIsNoRoomLeft() throws Exception {
        try (Journal journal = journal()) {
            JournalEntry entry = entry(1, bytes(100_000), "orders/a");
            int writes = 0;
            while (journal.hasRoom(Journal.length(entry))) {
                journal.write(TOKEN, List.of(entry), List.of());
                writes++;
            }
            assertThat(writes).isBetween(75, 83);
            assertThat(Files.size(file())).isEqualTo(Journal.CAPACITY);
        }
    }

    @Test
    void readsAllThatWasConfirmedWhereverALaterWriteIsTorn() throws Exception {
        try (Journal journal = journal()) {
            journal.write(TOKEN, List.of(entry(1, bytes(5000), "orders/a"), entry(2, bytes(10), "b")), List.of());
            journal.write(TOKEN, List.of(entry(3, bytes(5000), "orders/a"), entry(4, bytes(10), "b")), List.of(1L));
        }
        byte[] whole = Files.readAllBytes(file());
        int secondWrite = 8192;
        for (int torn = secondWrite; torn < 16384; torn += 37) {
            byte[] rest = whole.clone();
            Arrays.fill(rest, torn, rest.length, (byte) 0);
            Files.write(file(), rest);
            assertThat(sequences(journal().read(TOKEN))).as("torn at %d", torn).contains(2L);
        }
    }

    @Test
    void damageInTheMiddleDoesNotHideWhatCameLater() throws Exception {
        try (Journal journal = journal()) {
            for (int i = 1; i <= 20; i++) {
                journal.write(TOKEN, List.of(entry(i, bytes(5000), "orders/a")), List.of());
            }
        }
        byte[] whole = Files.readAllBytes(file());
        for (int round = 0; round < 200; round++) {
            Random random = new Random(round);
            byte[] damaged = whole.clone();
            damaged[random.nextInt(20 * 8192)] ^= (byte) (1 + random.nextInt(255));
            Files.write(file(), damaged);
            List<JournalEntry> read = journal().read(TOKEN).entries();
            assertThat(read)
                    .as("round %d", round)
                    .hasSizeBetween(19, 20)
                    .allSatisfy(entry -> assertThat(entry.event().body()).isEqualTo(bytes(5000)));
        }
    }

    @Test
    void knowsTheSequenceOfAnEndWhoseEventIsDamaged() throws Exception {
        try (Journal journal = journal()) {
            journal.write(TOKEN, List.of(entry(7, bytes(100), "orders/a")), List.of());
            journal.write(TOKEN, List.of(), List.of(7L));
        }
        byte[] damaged = Files.readAllBytes(file());
        damaged[100] ^= 1;
        Files.write(file(), damaged);
        Journal.Content content = journal().read(TOKEN);
        assertThat(content.entries()).isEmpty();
        assertThat(content.lastSequence())
                .as("else a new event 7 would count as ended")
                .isEqualTo(7);
    }

    @Test
    void aBodyThatLooksLikeARecordIsNoEvent() throws Exception {
        assertThat(sequencesReadAfterABodyWithARecordOf(TOKEN))
                .as("the reader looks into the body: with the token it would be one")
                .containsExactly(666L);
        assertThat(sequencesReadAfterABodyWithARecordOf(TOKEN + 1)).isEmpty();
    }

    /** Writes an event whose body has a record at the beginning of a page, and damages what is before. */
    private List<Long> sequencesReadAfterABodyWithARecordOf(long token) throws IOException {
        Files.deleteIfExists(file());
        try (Journal journal = journal()) {
            journal.write(token, List.of(entry(666, bytes(10), "orders/a")), List.of());
        }
        byte[] forged = Arrays.copyOf(Files.readAllBytes(file()), 1000);
        byte[] body = new byte[20_000];
        JournalEntry entry = entry(1, body, "orders/a");
        int beforeBody = headerAndTexts(entry);
        System.arraycopy(forged, 0, body, 8192 - beforeBody, forged.length);
        Files.delete(file());
        try (Journal journal = journal()) {
            journal.write(TOKEN, List.of(entry), List.of());
        }
        byte[] damaged = Files.readAllBytes(file());
        damaged[0] ^= 1;
        Files.write(file(), damaged);
        return sequences(journal().read(TOKEN));
    }

    private static int headerAndTexts(JournalEntry entry) {
        int texts = entry.event().id().length() + entry.event().endpoint().length() + "orders/a".length();
        return 28 + 8 + 6 * Integer.BYTES + texts + entry.headers().length;
    }

    private Journal journal() {
        return new Journal(file(), true);
    }

    private Path file() {
        return folder.resolve("webhooks.db.events");
    }

    private static List<Long> sequences(Journal.Content content) {
        return content.entries().stream().map(JournalEntry::sequence).toList();
    }

    private static JournalEntry entry(long sequence, byte[] body, String... lanes) throws IOException {
        WebhookEvent event = Events.event(Headers.of("X-Nr", Long.toString(sequence)), body);
        return new JournalEntry(sequence, event, EventRow.headers(event.headers()), List.of(lanes), System.nanoTime());
    }

    private static void isAsWritten(JournalEntry read, JournalEntry written) {
        assertThat(read.sequence()).isEqualTo(written.sequence());
        assertThat(read.lanes()).isEqualTo(written.lanes());
        assertThat(read.event().id()).isEqualTo(written.event().id());
        assertThat(read.event().endpoint()).isEqualTo(written.event().endpoint());
        assertThat(read.event().receivedAt().toEpochMilli())
                .isEqualTo(written.event().receivedAt().toEpochMilli());
        assertThat(read.event().body()).isEqualTo(written.event().body());
        assertThat(read.event().headers().first("X-Nr")).isEqualTo(Long.toString(written.sequence()));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
