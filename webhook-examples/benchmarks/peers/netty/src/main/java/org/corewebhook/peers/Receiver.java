package org.corewebhook.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Does what the floor does, a cloned Mac and one streaming pass over the JSON, on the thread that read the request. */
@ChannelHandler.Sharable
final class Receiver extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final JsonFactory JSON = new JsonFactory();

    private final Mac prototype;

    Receiver(String secret) throws GeneralSecurityException {
        prototype = Mac.getInstance("HmacSHA256");
        prototype.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws Exception {
        byte[] body = ByteBufUtil.getBytes(request.content());
        String signature = request.headers().get("X-Hub-Signature-256");
        if (signature == null || !isGenuine(body, signature)) {
            answer(context, HttpResponseStatus.UNAUTHORIZED);
        } else if (!isJson(body)) {
            answer(context, HttpResponseStatus.BAD_REQUEST);
        } else {
            answer(context, HttpResponseStatus.OK);
        }
    }

    private boolean isGenuine(byte[] body, String signature) throws CloneNotSupportedException {
        String expected = "sha256=" + HexFormat.of().formatHex(((Mac) prototype.clone()).doFinal(body));
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isJson(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            while (parser.nextToken() != null) {
                // walking it is the check
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void answer(ChannelHandlerContext context, HttpResponseStatus status) {
        byte[] message = ("{\"message\":\"" + status + "\"}").getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(message));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, message.length);
        context.writeAndFlush(response);
    }
}
