package io.anabranch.serving.sql;

import java.math.RoundingMode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Exact numbers stay exact: decimals have up to 38 digits, the sum of decimals has all of them, and
 * the average of exact numbers is a decimal with six digits more than they have.
 */
public final class SqlTypes extends RelDataTypeSystemImpl {
  public static final RelDataTypeSystem INSTANCE = new SqlTypes();

  private static final int DIGITS = 38;
  private static final int MORE_DIGITS = 6;

  private SqlTypes() {}

  // what Calcite's own class asks for, under a name that it would rather not have
  @Override
  @SuppressWarnings("deprecation")
  public int getMaxNumericPrecision() {
    return DIGITS;
  }

  @Override
  @SuppressWarnings("deprecation")
  public int getMaxNumericScale() {
    return DIGITS;
  }

  @Override
  public RoundingMode roundingMode() {
    return RoundingMode.HALF_UP;
  }

  @Override
  public boolean shouldConvertRaggedUnionTypesToVarying() {
    return true;
  }

  @Override
  public RelDataType deriveSumType(RelDataTypeFactory types, RelDataType summed) {
    return SqlTypeUtil.isDecimal(summed)
        ? exact(types, summed, summed.getScale())
        : super.deriveSumType(types, summed);
  }

  @Override
  public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType averaged) {
    return SqlTypeUtil.isExactNumeric(averaged)
        ? exact(types, averaged, Math.max(0, averaged.getScale()) + MORE_DIGITS)
        : super.deriveAvgAggType(types, averaged);
  }

  private static RelDataType exact(RelDataTypeFactory types, RelDataType of, int scale) {
    return types.createTypeWithNullability(
        types.createSqlType(SqlTypeName.DECIMAL, DIGITS, Math.min(scale, DIGITS)), of.isNullable());
  }
}
