import com.rabbitmq.stream.Consumer;
import com.rabbitmq.stream.ConsumerBuilder;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.Message;
import com.rabbitmq.stream.OffsetSpecification;
import com.rabbitmq.stream.Producer;
import com.rabbitmq.stream.ProducerBuilder;
import com.rabbitmq.stream.compression.Compression;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What each language's peer does: see stream-clients.mjs. */
public class StreamPeer {
  private static final int SECONDS = 30;

  public static void main(String[] args) throws Exception {
    String task = args[0];
    String stream = args[1];
    int count = Integer.parseInt(args[2]);
    try (Environment environment = Environment.builder().uri(System.getenv("STREAM_URL")).build()) {
      switch (task) {
        case "write" -> write(environment.producerBuilder().stream(stream), "java", count);
        case "write-batch" ->
            write(
                // One batch, however slow the machine is: the JavaScript client reads no second one in a chunk.
                environment.producerBuilder().stream(stream)
                    .dynamicBatch(false)
                    .batchSize(1)
                    .batchPublishingDelay(Duration.ofSeconds(SECONDS))
                    .subEntrySize(count)
                    .compression(Compression.valueOf(args[3].toUpperCase())),
                "java",
                count);
        case "write-again" -> writeAgain(environment, stream, count);
        case "write-super" ->
            write(
                environment.producerBuilder()
                    .superStream(stream)
                    .routing(message -> message.getProperties().getMessageIdAsString())
                    .producerBuilder(),
                "java",
                count);
        case "read" -> read(environment.consumerBuilder().stream(stream), count);
        case "read-super" -> read(environment.consumerBuilder().superStream(stream), count);
        case "resume" -> resume(environment, stream, count);
        default -> throw new IllegalArgumentException(task);
      }
    }
  }

  private static void write(ProducerBuilder builder, String prefix, int count) throws Exception {
    try (Producer producer = builder.build()) {
      CountDownLatch confirmed = new CountDownLatch(count);
      for (int i = 0; i < count; i++)
        producer.send(
            message(producer, prefix + "-" + i),
            status -> {
              if (status.isConfirmed()) confirmed.countDown();
            });
      if (!confirmed.await(SECONDS, TimeUnit.SECONDS)) throw new Exception("not confirmed");
    }
  }

  /** Sends the same publishing ids twice, so each message is stored once. */
  private static void writeAgain(Environment environment, String stream, int count)
      throws Exception {
    for (int round = 0; round < 2; round++)
      try (Producer producer =
          environment.producerBuilder().stream(stream).name("java-writer").build()) {
        CountDownLatch confirmed = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
          byte[] body = ("java-" + i).getBytes(StandardCharsets.UTF_8);
          Message message = producer.messageBuilder().publishingId(i + 1).addData(body).build();
          producer.send(message, status -> confirmed.countDown());
        }
        if (!confirmed.await(SECONDS, TimeUnit.SECONDS)) throw new Exception("not confirmed");
      }
  }

  private static void read(ConsumerBuilder builder, int count) throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    try (Consumer consumer =
        builder
            .offset(OffsetSpecification.first())
            .messageHandler((context, message) -> bodies.add(text(message)))
            .build()) {
      print(bodies, count);
    }
  }

  /** Reads `count` messages after the stored offset, and stores the offset of the last one. */
  private static void resume(Environment environment, String stream, int count) throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    int[] received = {0};
    try (Consumer consumer =
        environment.consumerBuilder().stream(stream)
            .name("reader")
            .manualTrackingStrategy()
            .checkInterval(Duration.ZERO)
            .builder()
            .offset(OffsetSpecification.first())
            .messageHandler(
                (context, message) -> {
                  if (++received[0] > count) return;
                  // Store the offset first: the consumer is closed after the last body.
                  if (received[0] == count) context.storeOffset();
                  bodies.add(text(message));
                })
            .build()) {
      print(bodies, count);
    }
  }

  private static void print(BlockingQueue<String> bodies, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      String body = bodies.poll(SECONDS, TimeUnit.SECONDS);
      if (body == null) throw new Exception("got " + i + " of " + count + " messages");
      System.out.println(body);
    }
  }

  private static Message message(Producer producer, String body) {
    return producer
        .messageBuilder()
        .properties()
        .messageId(body)
        .messageBuilder()
        .addData(body.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static String text(Message message) {
    return new String(message.getBodyAsBinary(), StandardCharsets.UTF_8);
  }
}
