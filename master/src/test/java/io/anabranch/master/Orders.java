package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Wire;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Random records of the shop's dataset. */
final class Orders {
  static final Dataset DATASET =
      Datasets.load(Path.of("../schemas/src/main")).named("customer_orders");

  private Orders() {}

  /** The dataset after its schema got the field {@code channel}, which is "shop" where it lacks. */
  static Dataset withAnotherField() {
    List<Schema.Field> fields = new ArrayList<>();
    DATASET
        .schema()
        .getFields()
        .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("channel", Schema.create(Schema.Type.STRING), null, "shop"));
    Schema own = DATASET.schema();
    return DATASET.withSchema(
        Schema.createRecord(own.getName(), own.getDoc(), own.getNamespace(), false, fields));
  }

  /** Field to value, as {@link MasterRow#values()} gives them. */
  static Map<String, Object> values(Random random) {
    Map<String, Object> values = new LinkedHashMap<>();
    DATASET
        .fields()
        .forEach(
            (name, type) ->
                values.put(
                    name,
                    !name.equals("row_key") && random.nextInt(4) == 0
                        ? null
                        : switch (type.kind()) {
                          case STRING -> text(random);
                          case INT -> random.nextInt() >> random.nextInt(32);
                          case DATE -> random.nextInt(-719_162, 2_932_897) >> random.nextInt(22);
                          case TIMESTAMP ->
                              random.nextLong(-62_135_596_800_000L, 253_402_300_800_000L)
                                  >> random.nextInt(48);
                          case DECIMAL ->
                              BigDecimal.valueOf(
                                  random.nextLong() % 100_000_000_000_000L >> random.nextInt(47),
                                  type.scale());
                          default -> throw new AssertionError(type);
                        }));
    return values;
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(20), 0x20, 0x2fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static byte[] encoded(Map<String, Object> values) {
    GenericRecord order = new GenericData.Record(DATASET.schema());
    values.forEach(order::put);
    return Wire.encode(order);
  }
}
