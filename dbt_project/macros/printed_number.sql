{% macro whole_numbers(pieces) -%}
    {#- After which of the pieces that it cuts its quote into a number stands as such, not inside another. -#}
    list_filter(
        range(1, len({{ pieces }})),
        lambda i: regexp_matches({{ pieces }}[i], '(^|[^\d.])$') and regexp_matches({{ pieces }}[i + 1], '^([^\d.]|$)')
    )
{%- endmacro %}

{% macro is_approximate(before, after) -%}
    {#- Whether the words around a number call it rounded: 9300余人, 近百所, 约3000. -#}
    coalesce(
        regexp_matches({{ before }}, '(近|约|超|超过|逾|突破)\s*$')
        or regexp_matches({{ after }}, '^\s*[个人名元册台亩%％]?\s*(余|多|左右|以上)'),
        false
    )
{%- endmacro %}

{% macro is_lower_bound(before, after) -%}
    {#- Whether a number is the least that holds: 98%以上, 超过3000, 不低于97%. -#}
    coalesce(
        regexp_matches({{ before }}, '(超|超过|逾|突破|不低于|不少于)\s*$')
        or regexp_matches({{ after }}, '^\s*[个人名元册台亩%％]?\s*以上'),
        false
    )
{%- endmacro %}

{% macro part_of(before, place) -%}
    {#-
        The whole that a sentence names before 其中 for a number behind it: 专任教师数 in 专任教师数488,其中正式在编360人,
        or with 中: 专任教师 in 专任教师中,在编教师227人. Null where the number stands for itself.
    -#}
    case
        when {{ place }} <> 'prose' or not contains({{ before }}, '中') then null
        else nullif(coalesce(nullif(regexp_extract(
            {{ before }}, '([\p{Han}”]+)[^\p{Han}。；;]*\d[^。；;其]*其中[^。；;]*?[^\d.]$', 1
        ), ''), regexp_extract({{ before }}, '([\p{Han}”]+[^其])中[,，][^。；;]*?[^\d.]$', 1)), '')
    end
{%- endmacro %}

{% macro share_base(dims, before, place) -%}
    {#- What a share is said to be of: 专任教师 in 占专任教师总数的44.9%, or in its indicator; else null. -#}
    nullif(regexp_replace({{ squeezed(
        "case"
        ~ " when starts_with(" ~ dims ~ " ->> 'indicator', '占') then substr(" ~ dims ~ " ->> 'indicator', 2)"
        ~ " when " ~ place ~ " = 'prose' and contains(" ~ before ~ ", '占')"
        ~ " then regexp_extract(" ~ before ~ ", '占([\\p{Han}”“\"]{2,16}?)的?[为达]?\\s*$', 1)"
        ~ " end"
    ) }}, '总数|总人数|人数|总量|全部|总额|全校|学校|全区|比例|的', '', 'g'), '')
{%- endmacro %}

{% macro list_before(before, place) -%}
    {#- The names that a sentence lists right before a number: 机械类、计算机类 in 下设机械类、计算机类两个小类; else null. -#}
    case
        when {{ place }} = 'prose' and contains({{ before }}, '、')
            then nullif(regexp_extract(
                {{ before }}, '([^，。；：,;:（）()\d]+、[^，。；：,;:（）()\d]*[^，。；：,;:（）()\d、\s])\s*$', 1
            ), '')
    end
{%- endmacro %}

{% macro noun_behind(after) -%}
    {#- What a number counts: 小类 in 两个小类. -#}
    regexp_extract({{ after }}, '^\s*[个门类所家项种大支名条]?(\p{Han}{1,6})', 1)
{%- endmacro %}

{% macro unit_factor(raw, value) -%}
    {#- What the printed number was multiplied with to reach its canonical unit; 1 where nothing tells. -#}
    coalesce(nullif(round(
        cast({{ value }} as double)
        / nullif(try_cast(regexp_replace({{ raw }}, '[,，\s\p{Z}]', '', 'g') as double), 0), 6
    ), 0), 1)
{%- endmacro %}
