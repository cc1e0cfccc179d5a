package io.anabranch.views.quality;

/**
 * What a reject rule did.
 *
 * @param reason the rule's; rules of one reason count as one
 * @param checked records that it was held against: all that could be decoded
 * @param failed records that it rejected, alone or with others
 */
public record RuleReport(String reason, long checked, long passed, long failed) {}
