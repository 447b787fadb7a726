package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HexDigitsTest {

    @Test
    void readsAllBytesInBothCases() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        String small = HexFormat.of().formatHex(bytes);
        String capital = HexFormat.of().withUpperCase().formatHex(bytes);

        assertThat(HexDigits.decode(small, 0)).isEqualTo(bytes);
        assertThat(HexDigits.decode(capital, 0)).isEqualTo(bytes);
        assertThat(HexDigits.decodeOneCase(small, 0)).isEqualTo(bytes);
        assertThat(HexDigits.decodeOneCase(capital, 0)).isEqualTo(bytes);
    }

    @Test
    void readsFromAPositionOn() {
        assertThat(HexDigits.decode("sha256=00fF", 7)).containsExactly(0, 0xff);
        assertThat(HexDigits.decodeOneCase("x=00ff", 2)).containsExactly(0, 0xff);
    }

    @Test
    void mixedCaseIsAsItIsAskedFor() {
        assertThat(HexDigits.decode("aB", 0)).containsExactly(0xab);
        assertThat(HexDigits.decodeOneCase("aB", 0)).isNull();
        assertThat(HexDigits.decodeOneCase("a0B1", 0)).isNull();
        assertThat(HexDigits.decodeOneCase("a0b1", 0)).containsExactly(0xa0, 0xb1);
    }

    @Test
    void aWrongCharacterIsFoundWhereverItStands() {
        for (int length = 2; length <= 34; length += 2) {
            StringBuilder text = new StringBuilder("0123456789abcdef".repeat(3).substring(0, length));
            for (int at = 0; at < length; at++) {
                char right = text.charAt(at);
                for (char c = 0; c < 0x200; c++) {
                    text.setCharAt(at, c);
                    String written = text.toString();
                    byte[] expected = HexFormat.isHexDigit(c) ? HexFormat.of().parseHex(written) : null;
                    assertThat(HexDigits.decode(written, 0)).as(written).isEqualTo(expected);
                    boolean mixed = !written.equals(written.toLowerCase(Locale.ROOT))
                            && !written.equals(written.toUpperCase(Locale.ROOT));
                    assertThat(HexDigits.decodeOneCase(written, 0)).as(written).isEqualTo(mixed ? null : expected);
                }
                text.setCharAt(at, right);
            }
        }
    }

    @Test
    void aPairOfSurrogatesIsNoDigit() {
        assertThat(HexDigits.decode("0123456789abcd\uD83D\uDE00", 0)).isNull();
        assertThat(HexDigits.decodeOneCase("\uD83D\uDE00", 0)).isNull();
    }

    @Test
    void noOtherCharacterIsADigit() {
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            boolean digit = HexFormat.isHexDigit(c);
            assertThat(HexDigits.decode("0" + c, 0) != null).as("%x", (int) c).isEqualTo(digit);
            assertThat(HexDigits.decodeOneCase(c + "0", 0) != null)
                    .as("%x", (int) c)
                    .isEqualTo(digit);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "000", " 00", "0x00", "00 "})
    void whatIsNotWellFormedIsNull(String text) {
        assertThat(HexDigits.decode(text, 0)).isNull();
        assertThat(HexDigits.decodeOneCase(text, 0)).isNull();
        assertThat(HexDigits.decode("x=" + text, 2)).isNull();
    }
}
